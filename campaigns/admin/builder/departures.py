"""How the messages of a draft would leave: a chart beside the times, drawn anew as they change."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.admin.builder.forms import WhenForm
from campaigns.admin.builder.people_count import people_now, stored_audience
from campaigns.admin.progress.outcome import Curve, drawn
from campaigns.audience.filters import Audience
from campaigns.launch.estimate import Timing, timing
from campaigns.models import Campaign
from contacts.phones.zones import zone_names
from messaging.delivery.timing.allowance import allowance
from messaging.delivery.timing.daily_limit import free_of_charge
from optouts.reachability import may_write
from waproject.core.admin.permissions import PermissionLacking
from waproject.core.db.bulk_lookup import each
from waproject.core.text.moments import said

# Of so many people the zones are looked up; those of a larger audience are taken to be like them.
LOOKED_AT = 1_000


@dataclass(frozen=True)
class Departing:
    """What the chart shows. `curve` is None where all of it leaves within one stretch."""

    people: int
    begins: str
    ends: str
    curve: Curve | None
    problems: list[str]


class DeparturesAdmin(admin.ModelAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.departures_view))
        url = path("<int:campaign_id>/departures/", view, name="campaigns_campaign_departures")
        return [url, *super().get_urls()]

    def departures_view(self, request, campaign_id):
        """How the messages would leave by the times of an unsaved form, as a part of its page."""
        campaign = get_object_or_404(Campaign.objects.select_related("sender"), pk=campaign_id)
        if not self.has_change_permission(request, campaign):
            raise PermissionLacking(["campaigns.change_campaign"])
        form = WhenForm(request.POST, instance=campaign)
        context = {"wrong": not form.is_valid(), "original": campaign}
        if not context["wrong"]:
            context["departing"] = departing(campaign, request.user)
        return render(request, "admin/campaigns/campaign/departures.html", context)


def departing(campaign: Campaign, user: Any) -> Departing | None:
    """How the messages of a draft would leave, for a user who may know how many there are."""
    audience = stored_audience(campaign)
    told = people_now(user, audience, campaign.sender.channel)
    if audience is None or not told["may_count"] or not told["count"].reachable:
        return None
    starts_at = max(timezone.now(), campaign.scheduled_at or timezone.now())
    reachable = told["count"].reachable
    zones = _zones(campaign, audience, reachable)
    if not zones:
        return None
    first = _first(campaign, audience, reachable, starts_at)
    return _shown(timing(campaign, zones, starts_at, first))


def _zones(campaign: Campaign, audience: Audience, reachable: int) -> Counter[str]:
    """How many people live in which zones, as the launch tells them apart.

    None at all where they have left the audience since they were counted.
    """
    if campaign.hours.always_open:
        return Counter({"": reachable})
    people = audience.matches().filter(may_write(campaign.sender.channel))
    rows = list(people.only("phone", "time_zone")[:LOOKED_AT])
    if not rows:
        return Counter()
    found = Counter(map(zone_names, rows))
    [(most, _number), *_others] = found.most_common()
    scaled = Counter({zone: count * reachable // len(rows) for zone, count in found.items()})
    scaled[most] += reachable - scaled.total()
    return scaled


def _first(campaign: Campaign, audience: Audience, reachable: int, starts_at: datetime) -> int:
    """How many of the reachable count against the sender's limit of people a day."""
    sender = campaign.sender
    if allowance(sender, starts_at).people is None:
        return 0
    people = audience.matches().filter(may_write(sender.channel))
    free = set(free_of_charge(sender, starts_at))
    return max(0, reachable - people.filter(pk__in=each(int, free)).count())


def _shown(ahead: Timing) -> Departing:
    course = ahead.course
    problems = [*ahead.blockers(), *ahead.warnings()]
    if course is None or ahead.first_at is None:
        return Departing(0, "", "", None, problems)
    kind, found = course.departures()
    curve = None
    if len(found) > 1:
        sent = Counter({one.at: one.people for one in found})
        curve = drawn([one.at for one in found], sent, Counter(), kind)
    is_forever = course.limited is not None and course.limited.last_at is None
    ends = _("not while the limit stands") if is_forever else said(course.finish)
    return Departing(course.last_reached, said(course.begin), ends, curve, problems)
