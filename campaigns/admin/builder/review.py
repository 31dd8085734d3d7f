"""The last step of a draft: what its launch would do, what stands in its way, and the launch."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import admin
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.admin import action_pages as decisions
from campaigns.admin.action_pages import APPROVE
from campaigns.admin.builder.own_number import may_test
from campaigns.admin.builder.second_look import next_morning, offer_of_the_morning, question
from campaigns.admin.builder.steps import (
    REVIEW,
    WHAT,
    WHEN,
    WHO,
    message_in_words,
    people_in_words,
    review_url,
    shown_steps,
    url_of,
)
from campaigns.admin.hours_words import hours_in_words
from campaigns.admin.tones import CAMPAIGN_TONES
from campaigns.audience.filters import Audience
from campaigns.audience.values import AudienceError
from campaigns.launch import approval
from campaigns.launch.checks import Preflight, sender_problems, text_problems
from campaigns.launch.cost import estimated
from campaigns.launch.counting import count_again, counted
from campaigns.launch.left_out import people_left_out
from campaigns.models import Campaign
from campaigns.operations import STARTABLE
from contacts.permissions import SEE_PEOPLE, may_count_people, may_see_people
from messaging.delivery.timing.allowance import allowance
from messaging.pricing.actions import SEE_PRICES
from waproject.core.admin.permissions import PermissionLacking, require
from waproject.core.jobs.admin import progress_of
from waproject.core.jobs.models import Job
from waproject.core.text.durations import in_words
from waproject.core.text.moments import said
from waproject.core.text.numbers import number_in

A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Part:
    """One line of what is going to happen, and where to change it."""

    label: Any
    strong: str
    rest: str
    url: str


@dataclass(frozen=True)
class Finding:
    """What stands in the way of a launch, and where it is mended."""

    sentence: str
    url: str
    cure: str


class ReviewAdmin(admin.ModelAdmin):
    """Needs `page` and `carry_out` of the pages of decisions."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:campaign_id>/preflight/",
                wrap(self.preflight_view),
                name="campaigns_campaign_preflight",
            ),
            path(
                "<int:campaign_id>/preflight/left-out/",
                wrap(require_safe(self.left_out_view)),
                name="campaigns_campaign_left_out",
            ),
            *super().get_urls(),
        ]

    def has_launch_permission(self, request):
        return request.user.has_perm("campaigns.launch_campaign")

    def preflight_view(self, request, campaign_id):
        """Shows what a launch would do (GET); launches, now or at the hour set (POST)."""
        campaign = self.campaign(campaign_id)
        self._require_review(request, campaign)
        if campaign.status not in STARTABLE:
            return redirect("admin:campaigns_campaign_change", campaign.pk)
        if request.POST.get("when") == "again":
            count_again(campaign, by=request.user)
            return redirect(review_url(campaign))
        if request.method == "POST":
            return self._launch(request, campaign)
        return self._review_page(request, campaign)

    def left_out_view(self, request, campaign_id):
        """Whom a launch would skip, and why."""
        campaign = self.campaign(campaign_id)
        self._require_review(request, campaign)
        require(request.user, SEE_PEOPLE)
        if campaign.status not in STARTABLE:
            return redirect("admin:campaigns_campaign_change", campaign.pk)
        reason, after = request.GET.get("reason", ""), request.GET.get("after", "")
        try:
            found = people_left_out(campaign, reason, after=number_in(after))
        except AudienceError:
            return redirect(review_url(campaign))
        further = urlencode({"reason": reason, "after": found.after}) if found.after else ""
        context = {"found": found, "further": further, "begins": not after}
        return self.page(request, _("Left out"), "left_out", campaign, context)

    def _require_review(self, request, campaign):
        may_launch = self.has_launch_permission(request)
        if may_launch or (request.method != "POST" and self.has_view_permission(request, campaign)):
            return
        verb = "launch" if request.method == "POST" else "view"
        raise PermissionLacking([f"campaigns.{verb}_campaign"])

    def _review_page(self, request, campaign):
        """What a launch would do; of a large audience, how far the count of it is."""
        found = counted(campaign, by=request.user)
        may_launch = self.has_launch_permission(request)
        if isinstance(found, Job):
            context = {
                **progress_of(found, request),
                "may_launch": may_launch,
                "steps": shown_steps(campaign, REVIEW, None),
            }
            return self.page(request, "%(name)s", "counting", campaign, context)
        context = self._review_context(request.user, campaign, found, may_launch)
        context["may_change"] = self.has_change_permission(request, campaign)
        return self.page(request, "%(name)s", "review", campaign, context)

    def _review_context(self, user, campaign, found, may_launch):
        left_out = sum(row.count for row in found.left_out)
        may_count = may_launch or may_count_people(user, found.recipients + left_out)
        may_approve = user.has_perm(APPROVE.permission)
        starts_later = campaign.scheduled_at and campaign.scheduled_at > timezone.now()
        people = found.recipients if may_count else None
        return {
            "campaign": campaign,
            "seen": approval.as_seen(campaign),
            "preflight": found,
            "tone": CAMPAIGN_TONES.get(campaign.status, ""),
            "steps": shown_steps(campaign, REVIEW, people),
            "parts": parts(campaign, people),
            "errors": list(findings(campaign, found)),
            "left_out": left_out,
            "may_see_people": may_see_people(user),
            "samples": found.samples if may_see_people(user) else [],
            "may_test": may_test(user),
            "test_phone": user.test_phone,
            "may_count": may_count,
            "duration": _duration(found.duration),
            "people_a_day": allowance(campaign.sender, timezone.now()).people,
            "estimate": estimated(campaign, found)
            if may_count and found.recipients and user.has_perm(SEE_PRICES)
            else None,
            "may_launch": may_launch,
            "starts_later": starts_later,
            "offers_schedule": starts_later and campaign.status == "draft",
            "approval": approval.lacking(campaign, found.recipients, launcher=user)
            if may_launch or may_approve
            else "",
            "may_approve": may_approve,
        }

    def _launch(self, request, campaign):
        when, now = request.POST.get("when"), timezone.now()
        if when == "now" and not request.POST.get("confirmed") and question(campaign, now):
            return self._ask_again(request, campaign, now)
        accepts = {"accept_warnings": request.POST.get("accept_warnings") == "on"}
        if when == "now":
            carry_out = partial(decisions.launch, **accepts)
        else:
            at = next_morning(now) if when == "morning" else campaign.scheduled_at
            carry_out = partial(decisions.schedule, at=at, **accepts)
        if self.carry_out(request, campaign, self.if_as_seen(request, carry_out)):
            return redirect("admin:campaigns_campaign_change", campaign.pk)
        return redirect(review_url(campaign))

    def if_as_seen(self, request, carry_out):
        """`carry_out`, refused when the campaign was changed since the page was shown.

        Somebody else may change it meanwhile: its message, its people or its date.
        """

        def checked(campaign, user):
            approval.require_as_seen(campaign, request.POST.get("seen", ""))
            return carry_out(campaign, user)

        return checked

    def _ask_again(self, request, campaign, now):
        context = {
            "question": question(campaign, now),
            "seen": request.POST.get("seen", ""),
            "accept_warnings": request.POST.get("accept_warnings") == "on",
            "starts_later": campaign.scheduled_at and campaign.scheduled_at > now,
            "offer": offer_of_the_morning(now),
        }
        return self.page(request, _("Send now?"), "second_look", campaign, context)


def parts(campaign: Campaign, people: int | None) -> list[Part]:
    """What is going to happen, in a line for each step."""
    to_whom = "" if people is None else people_in_words(people)
    return [
        Part(WHO.label, to_whom, audience_in_words(campaign), url_of(campaign, WHO)),
        Part(
            WHAT.label,
            message_in_words(campaign),
            _("from %(sender)s") % {"sender": campaign.sender},
            url_of(campaign, WHAT),
        ),
        Part(
            WHEN.label,
            _start_in_words(campaign),
            f"{hours_in_words(campaign.hours)}; {pace_in_words(campaign)}",
            url_of(campaign, WHEN),
        ),
    ]


def findings(campaign: Campaign, found: Preflight) -> Iterator[Finding]:
    """What blocks the launch, each with the page on which it is mended."""
    of_sender, of_text = set(sender_problems(campaign.sender)), set(text_problems(campaign))
    for sentence in found.errors:
        if sentence in of_sender:
            page = reverse("admin:messaging_sender_change", args=[campaign.sender_id])
            yield Finding(sentence, page, _("Look at the sender"))
        elif sentence in of_text and campaign.template_id:
            page = reverse("admin:messaging_template_change", args=[campaign.template_id])
            yield Finding(sentence, page, _("Look at the template"))
        elif sentence in of_text or (found.outside_window and not campaign.ends_at):
            yield Finding(sentence, url_of(campaign, WHAT), _("Change the message"))
        elif not found.recipients:
            yield Finding(sentence, url_of(campaign, WHO), _("Change the people"))
        else:
            yield Finding(sentence, url_of(campaign, WHEN), _("Change the times"))


def audience_in_words(campaign: Campaign) -> str:
    try:
        return Audience.from_json(campaign.audience).describe()
    except AudienceError as error:
        return str(error)


def _duration(duration: timedelta) -> str:
    return in_words(duration) if duration >= A_MINUTE else _("less than a minute")


def _start_in_words(campaign: Campaign) -> str:
    return said(campaign.scheduled_at) if campaign.scheduled_at else _("When it is launched")


def pace_in_words(campaign: Campaign) -> str:
    if campaign.per_hour is None:
        return _("as fast as the sender may")
    rate = number_format(campaign.per_hour, force_grouping=True)
    return _("%(rate)s messages per hour") % {"rate": rate}
