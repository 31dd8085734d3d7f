"""What a launch would do, for an audience too large to be read within the request of a page.

A long job counts it; its result holds for the campaign exactly as it was counted, and for a while:
people change. It holds no name and no text, only the ids of the people shown as samples.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from campaigns.audience.filters import Audience
from campaigns.audience.values import AudienceError
from campaigns.launch.checks import Check, LeftOut, Preflight, Sample, blockers, preflight
from campaigns.launch.people import addressees
from campaigns.launch.texts import version_of
from campaigns.models import Campaign
from messaging.delivery.timing.allowance import allowance
from waproject.core.db.counting import count_up_to
from waproject.core.jobs import operations as jobs
from waproject.core.jobs.kinds import CannotDo, Result, long_work
from waproject.core.jobs.models import OPEN, Job, JobState
from waproject.core.jobs.running import Run

# Of so many people a page reads every text itself, in about a quarter of a second.
AT_ONCE = 1_000
FRESH = timedelta(minutes=10)


def counted(campaign: Campaign, *, by: Any) -> Preflight | Job:
    """The preflight of a campaign, or the job that counts it for this user, or failed to."""
    try:
        people = Audience.from_json(campaign.audience).matches()
    except AudienceError:
        return preflight(campaign)
    if count_up_to(people, AT_ONCE + 1) <= AT_ONCE:
        return preflight(campaign)
    job = _latest(campaign, by) or _start(campaign, by)
    return _read(campaign, job) if job.state == JobState.COMPLETED else job


def count_again(campaign: Campaign, *, by: Any) -> None:
    """Count a campaign anew at the next look."""
    for job in _jobs(campaign, by):
        jobs.cancel(job.pk)
        jobs.delete(job)


def _jobs(campaign: Campaign, by: Any) -> Any:
    """This user's counts of the campaign as it is now, in the language of now."""
    as_it_is = {"parameters__as_it_is": _fingerprint(campaign), "language": get_language() or ""}
    return Job.objects.filter(kind=count_people.name, owner=by, **as_it_is)


def _latest(campaign: Campaign, by: Any) -> Job | None:
    fresh = Q(created_at__gt=timezone.now() - FRESH) | Q(state__in=OPEN)
    latest: Job | None = _jobs(campaign, by).filter(fresh).order_by("-pk").first()
    return latest


def _start(campaign: Campaign, by: Any) -> Job:
    asked = {"campaign": campaign.pk, "as_it_is": _fingerprint(campaign)}
    return jobs.start(count_people, title=campaign.name, by=by, parameters=asked)


def _fingerprint(campaign: Campaign) -> str:
    """Another text for each change of the campaign, of its text, and of what its sender may."""
    columns = [getattr(campaign, field.attname) for field in Campaign._meta.concrete_fields]
    version, sender = version_of(campaign), campaign.sender
    people = allowance(sender, timezone.now()).people
    around = [version and version.pk, sender.rate, people, blockers(campaign)]
    return hashlib.sha256(repr([columns, around]).encode()).hexdigest()


def _page(job: Job) -> str:
    return reverse("admin:campaigns_campaign_preflight", args=[job.parameters["campaign"]])


@long_work(
    "preflight",
    pgettext_lazy("job", "preflight"),
    permissions=lambda job: ["campaigns.view_campaign"],
    kept_for=lambda: jobs.A_DAY,
    page=_page,
)
def count_people(run: Run) -> Result:
    """Look at everyone of the audience as a launch would."""
    asked, now = run.job.parameters, timezone.now()
    campaigns = Campaign.objects.select_related(
        "sender", "template__current", "template__in_use", "template_version"
    )
    campaign = campaigns.filter(pk=asked["campaign"]).first()
    if campaign is None or _fingerprint(campaign) != asked["as_it_is"]:
        raise CannotDo(_("The campaign was changed meanwhile. Look at it again."))
    check = Check(campaign, now=now)
    done, total = 0, check.audience.matches().count()
    for people in addressees(campaign, check.audience):
        check.count(people)
        done += len(people)
        run.progress(done, total)
    return _written(check.result())


def _written(found: Preflight) -> dict[str, Any]:
    """A preflight as plain JSON."""
    return {
        **asdict(replace(found, samples=[])),
        "duration": found.duration.total_seconds(),
        "samples": [sample.contact.pk for sample in found.samples],
    }


def _read(campaign: Campaign, job: Job) -> Preflight:
    """The preflight that a job wrote, with the texts of its samples as they are now."""
    result = job.result
    return Preflight(
        **{
            **result,
            "left_out": [LeftOut(**row) for row in result["left_out"]],
            "duration": timedelta(seconds=result["duration"]),
            "samples": list(_samples(campaign, result["samples"])),
            "counted_at": job.finished_at,
        }
    )


def _samples(campaign: Campaign, ids: Sequence[int]) -> Iterator[Sample]:
    if ids:
        audience = replace(Audience.from_json(campaign.audience), contact_ids=ids)
        for people in addressees(campaign, audience):
            for one in people:
                yield Sample(one.contact, one.rendered.text, one.rendered.missing)
