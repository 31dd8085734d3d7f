"""The forms of a campaign's steps: to whom it goes, what it says, when it leaves."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.admin.builder.given_values import GivenValue, given_values, posted_values
from campaigns.admin.builder.widgets import DurationChoice, MomentField, Weekdays, time_field
from campaigns.audience.filters import Audience
from campaigns.audience.form import LAST_YEAR, AudienceForm, as_initial
from campaigns.audience.values import AudienceError
from campaigns.models import Campaign
from messaging.delivery.hours import EVERY_DAY
from messaging.models import Channel, Sender, Template

# The button that counts without saving, for a browser without JavaScript.
COUNT_BUTTON = "_count"
# The template of a draft without a message: no choice is ticked, not even that of a free text.
NOT_CHOSEN = 0
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class SenderField(forms.ModelChoiceField):
    """The senders by which campaigns can write: people may write to us on other channels."""

    def __init__(self, **kwargs: Any) -> None:
        senders = Sender.objects.exclude(channel=Channel.OTHER)
        super().__init__(senders, label=gettext_lazy("Sender"), empty_label=None, **kwargs)


class WhoForm(AudienceForm, forms.ModelForm):
    """The name of a campaign and its people. A new one has a sender, too, and is named by day."""

    sender = SenderField()

    class Meta:
        model = Campaign
        fields = ("name", "sender")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        suggested = _stored(instance) if instance and instance.pk else _suggested()
        kwargs["initial"] = {**suggested, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["sender"]

    def is_valid(self) -> bool:
        """False too when the person only asked for the count, so that nothing is saved."""
        return super().is_valid() and COUNT_BUTTON not in self.data

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.audience:
            self.instance.audience = self.audience.to_json()
        return cleaned


class WhatForm(forms.ModelForm):
    """The message of a campaign, and the sender that it comes from."""

    sender = SenderField()
    template = forms.ModelChoiceField(
        Template.objects.select_related("current__approval", "in_use"),
        label=gettext_lazy("Template"),
        required=False,
        empty_label=gettext_lazy("Free text"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose a template, or a free text.")},
    )

    class Meta:
        model = Campaign
        fields = ("template", "message_template", "sender", "tag", "follow_up_stage")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given: list[GivenValue] = []
        self.initial["template_values"] = self.instance.template_values
        if not (self.instance.template_id or self.instance.message_template):
            self.initial["template"] = _only_approved() or NOT_CHOSEN

    def clean(self) -> dict[str, Any] | None:
        """A message, and on WhatsApp one that it will take: a template that it has approved."""
        cleaned = super().clean() or {}
        template, text = cleaned.get("template"), cleaned.get("message_template", "")
        if template:
            # What was written before the template was chosen is not sent.
            cleaned["message_template"] = ""
            self._check_approval(template)
        elif not text.strip() and not self.errors:
            self.add_error("template", _("Choose a template, or write a free text."))
        cleaned["template_values"] = self._given_values(template, cleaned.get("sender"))
        self.instance.template_values = cleaned["template_values"]
        return cleaned

    @property
    def changed_data(self) -> list[str]:
        """As Django's, and "template_values" where one of them changed."""
        changed = list(super().changed_data)
        values = getattr(self, "cleaned_data", {}).get("template_values")
        if values is not None and values != self.initial["template_values"]:
            changed.append("template_values")
        return changed

    def _given_values(self, template: Template | None, sender: Sender | None) -> dict[str, str]:
        """What the template asks of the campaign; only that is kept."""
        channel = sender.channel if sender else Channel.WHATSAPP
        self.given = given_values(template, channel, posted_values(self.data), checked=True)
        if any(one.problem for one in self.given):
            self.add_error(
                None, _("Give what the template asks of this campaign, below the templates.")
            )
        return {one.name: one.value for one in self.given if one.value}

    def _check_approval(self, template: Template) -> None:
        sender = self.cleaned_data.get("sender")
        is_new = "template" in self.changed_data
        if sender and is_new and not may_send(template, sender):
            self.add_error(
                "template",
                _("WhatsApp has not approved “%(name)s” (it is %(status)s). Choose another.")
                % {"name": template.name, "status": template.get_status_display()},
            )


class WhenForm(forms.ModelForm):
    """When a campaign begins, its hours and its pace."""

    field_order = ("start",)  # the date is wanted by it

    start = forms.ChoiceField(
        label=gettext_lazy("Start"),
        choices=[
            ("now", gettext_lazy("When it is launched")),
            ("at", gettext_lazy("On a date")),
        ],
        widget=forms.RadioSelect,
    )
    scheduled_at = MomentField(label=gettext_lazy("Date and time"))
    ends_at = MomentField(
        label=gettext_lazy("End at the latest"),
        help_text=Campaign._meta.get_field("ends_at").help_text,
    )
    hours_start = time_field(gettext_lazy("Not before"))
    hours_end = time_field(gettext_lazy("Not after"))
    days = Weekdays(
        label=gettext_lazy("Days"),
        initial=EVERY_DAY,
        error_messages={"required": gettext_lazy("Choose at least one day.")},
    )

    start_expiry_minutes = DurationChoice(
        MINUTE,
        [30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 72 * HOUR, 168 * HOUR],
        label=gettext_lazy("Begin late by at most"),
        help_text=gettext_lazy(
            "If nothing could be sent at the time of the start, the campaign begins by itself as"
            " soon as that is possible again, unless more than this has passed."
        ),
    )
    retry_delay_seconds = DurationChoice(
        timedelta(seconds=1),
        [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR],
        label=gettext_lazy("Wait before the first new try"),
        help_text=gettext_lazy("Each further try waits twice as long as the one before."),
    )

    class Meta:
        model = Campaign
        fields = (
            "scheduled_at",
            "start_expiry_minutes",
            "hours_start",
            "hours_end",
            "days",
            "ends_at",
            "per_hour",
            "ignore_frequency_cap",
            "max_retries",
            "retry_delay_seconds",
        )
        labels: ClassVar = {
            "max_retries": gettext_lazy("New tries for each person"),
            "ignore_frequency_cap": gettext_lazy("Write also to people who had enough lately"),
        }
        help_texts: ClassVar = {
            "max_retries": gettext_lazy(
                "For messages that could not be sent for a cause that may pass, such as a failure"
                " of WhatsApp. 0: none."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("start_expiry_minutes", "retry_delay_seconds"):
            field = cast(DurationChoice, self.fields[name])
            field.offer(self.initial.get(name))
        self.initial["start"] = "at" if self.instance.scheduled_at else "now"

    def clean_scheduled_at(self) -> datetime | None:
        if self.cleaned_data.get("start") == "now":
            return None
        at = self._moment_to_come("scheduled_at")
        if at is None:
            raise forms.ValidationError(_("Give the day and the time of the start."))
        return at

    def clean_ends_at(self) -> datetime | None:
        return self._moment_to_come("ends_at")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        given = self.cleaned_data
        starts_at, ends_at = given.get("scheduled_at"), given.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must come after the start."))
        self._check_hours(given.get("hours_start"), given.get("hours_end"))
        return cleaned

    def _moment_to_come(self, name: str) -> datetime | None:
        at: datetime | None = self.cleaned_data[name]
        if at and at.year > LAST_YEAR:
            raise forms.ValidationError(_("This moment lies too far ahead."))
        if at and name in self.changed_data and at <= timezone.now():
            raise forms.ValidationError(_("This moment has passed. Choose a later one."))
        return at

    def _check_hours(self, start: Any, end: Any) -> None:
        if (start is None) != (end is None) and not {"hours_start", "hours_end"} & set(self.errors):
            missing = "hours_end" if end is None else "hours_start"
            self.add_error(missing, _("Give both times of the sending hours, or neither."))
        if start is not None and start == end:
            self.add_error(
                "hours_end", _("The two times are the same. For the whole day leave both empty.")
            )


def may_send(template: Template, sender: Sender) -> bool:
    """Whether the template can be sent by this sender: only WhatsApp asks for an approval."""
    is_approved = template.status == Template.Status.APPROVED
    is_asked = sender.channel == Channel.WHATSAPP
    return is_approved if is_asked else template.archived_at is None


def _stored(campaign: Campaign) -> dict[str, Any]:
    try:
        return as_initial(Audience.from_json(campaign.audience))
    except AudienceError:
        return {}  # the preflight tells what is wrong with the stored one; the form starts empty


def _suggested() -> dict[str, Any]:
    """A name for a new campaign, and the sender of the last one, else the first that works."""
    day = date_format(timezone.localdate(), "MONTH_DAY_FORMAT")
    usable = Sender.objects.exclude(channel=Channel.OTHER).filter(status=Sender.Status.ACTIVE)
    last = Campaign.objects.filter(sender__in=usable).order_by("-pk").first()
    sender = last.sender_id if last else usable.values_list("pk", flat=True).first()
    return {"name": _("Campaign of %(day)s") % {"day": day}, "sender": sender}


def _only_approved() -> int | None:
    """The one template that WhatsApp has approved; None where there are several, or none."""
    approved = Template.objects.filter(status=Template.Status.APPROVED)
    found = list(approved.values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None
