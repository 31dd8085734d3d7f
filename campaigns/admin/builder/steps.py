"""The steps in which a draft is made, and where one stands in them.

`/campaign/7/change/?step=what` shows the fields of one step; the last one is the review of
campaigns.admin.builder.review, a page of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.admin.builder.forms import WhatForm, WhenForm, WhoForm
from campaigns.models import Campaign
from waproject.core.text.moments import said

STEP = "step"


@dataclass(frozen=True)
class Step:
    """One page of a draft's form. `advanced` are the fields that few ever need."""

    name: str
    label: str | Promise
    form: type[forms.ModelForm]
    advanced: tuple[str, ...] = ()

    @property
    def fields(self) -> list[str]:
        return list(self.form.base_fields)

    @property
    def template(self) -> str:
        return f"admin/campaigns/campaign/step_{self.name}.html"


@dataclass(frozen=True)
class ShownStep:
    """A step as the head of the page shows it; `url` is empty where one cannot go yet."""

    number: int
    label: str | Promise
    detail: str
    url: str
    is_here: bool
    is_done: bool


# What everyone is asked for; a further filter of audiences is advanced by itself.
_USUAL = {
    *("name", "sender", "make", "model", "year_from", "year_to", "price_from", "price_to"),
    *("tags_any", "tags_none", "exclude_contacted_days", "exclude_campaigns"),
    *("imports", "of_campaigns", "outcome"),
}
WHO = Step(
    "who",
    gettext_lazy("To whom"),
    WhoForm,
    tuple(name for name in WhoForm.base_fields if name not in _USUAL),
)
WHAT = Step("what", gettext_lazy("What"), WhatForm, ("tag", "follow_up_stage"))
WHEN = Step(
    "when",
    gettext_lazy("When"),
    WhenForm,
    ("start_expiry_minutes", "ignore_frequency_cap", "max_retries", "retry_delay_seconds"),
)
STEPS = (WHO, WHAT, WHEN)
REVIEW = "review"


def step_of(asked: str, campaign: Campaign | None) -> Step:
    """The step that is asked for by name, else the first that the campaign still needs."""
    if campaign is None:
        return WHO
    return next((step for step in STEPS if step.name == asked), None) or _first_open(campaign)


def _first_open(campaign: Campaign) -> Step:
    if not campaign.audience:
        return WHO
    return WHEN if _has_message(campaign) else WHAT


def url_of(campaign: Campaign, step: Step) -> str:
    page = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    return f"{page}?{STEP}={step.name}"


def review_url(campaign: Campaign) -> str:
    return reverse("admin:campaigns_campaign_preflight", args=[campaign.pk])


def url_after(campaign: Campaign, step: Step) -> str:
    """The next step; after the last one the review."""
    following = STEPS[STEPS.index(step) + 1 :]
    return url_of(campaign, following[0]) if following else review_url(campaign)


def url_before(campaign: Campaign, step: Step) -> str:
    """The step before; empty for the first one."""
    place = STEPS.index(step)
    return url_of(campaign, STEPS[place - 1]) if place else ""


def shown_steps(campaign: Campaign | None, here: str, people: int | None) -> list[ShownStep]:
    """All steps, for the head of the page of the one called `here`.

    `people` is how many the message will reach, None where that is not to be told.
    """
    names = [*(step.name for step in STEPS), REVIEW]
    place = names.index(here)
    labels = [*(step.label for step in STEPS), gettext_lazy("Review")]
    details = list(_details(campaign, people))
    urls = [*(url_of(campaign, one) for one in STEPS), review_url(campaign)] if campaign else []
    return [
        ShownStep(
            number + 1,
            labels[number],
            details[number],
            urls[number] if urls else "",
            is_here=number == place,
            is_done=number < place,
        )
        for number in range(len(names))
    ]


def _details(campaign: Campaign | None, people: int | None) -> Iterator[str]:
    if people is None:
        yield _("To be chosen") if campaign is None else ""
    else:
        yield people_in_words(people)
    yield message_in_words(campaign) or _("To be chosen")
    if campaign and campaign.scheduled_at:
        yield said(campaign.scheduled_at)
    else:
        yield _("When it is launched") if campaign and _has_message(campaign) else _("To be chosen")
    yield _("Before it is launched")


def people_in_words(number: int) -> str:
    shown = number_format(number, force_grouping=True)
    return ngettext("%(count)s person", "%(count)s people", number) % {"count": shown}


def message_in_words(campaign: Campaign | None) -> str:
    """The name of the template; empty while there is no message."""
    if campaign is None or not _has_message(campaign):
        return ""
    return campaign.template.name if campaign.template else _("Free text")


def _has_message(campaign: Campaign) -> bool:
    return bool(campaign.template_id or campaign.message_template.strip())
