"""What campaigns say on the page of a person: those that they were in, and the frequency cap."""

from collections.abc import Iterator
from datetime import datetime
from math import ceil
from typing import Any

from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.models import Campaign, Recipient
from campaigns.sending.frequency_cap import counted
from campaigns.states import RecipientStatus
from contacts.models import Contact
from contacts.permissions import SEE_PEOPLE, shown_text
from contacts.person.own import list_of
from contacts.person.parts import Entry, Facts, Kind, Part, Record, Source, Standing, Window
from contacts.person.prices import price_in_words
from messaging.admin.person import SEE_TALKS
from messaging.inbox.models import Closing
from waproject.core.admin import chips
from waproject.core.text.moments import said
from waproject.tenants.preferences import preferences

CAMPAIGNS = Kind("campaigns", gettext_lazy("Campaigns"))
OUTCOMES = Kind("outcomes", gettext_lazy("Outcomes"))
SEE_RECIPIENTS = "campaigns.view_recipient"

_S = RecipientStatus
_NOT_RECEIVED = {_S.FAILED, _S.UNDELIVERED, _S.SKIPPED}


def _received(contact: Contact, user: Any, window: Window) -> list[Entry]:
    rows = Recipient.objects.filter(contact=contact)
    rows = rows.select_related("campaign__template_version")
    rows = rows.annotate(happened=Coalesce("sent_at", "failed_at", "skipped_at", "created_at"))
    may_open = user.has_perm("campaigns.view_campaign")
    return [_entry(row, may_open) for row in window.latest(rows, "happened")]


def _entry(row: Any, may_open: bool) -> Entry:
    return Entry(
        row.happened,
        row.pk,
        "campaign",
        format_html(_sentence(row.status), campaign=_named(row.campaign, may_open)),
        tone=_tone(row.status),
        details=[", ".join(_course(row)), *_buttons(row)],
    )


def _buttons(row: Any) -> Iterator[str]:
    """The buttons that stood below the message, where it left."""
    version = row.campaign.template_version
    texts = [str(one.get("text", "")) for one in version.buttons] if version else []
    if texts and row.sent_at:
        yield _("With the buttons %(texts)s") % {"texts": " · ".join(texts)}


def _sentence(status: str) -> str:
    if status == _S.PENDING:
        return _("Is to receive {campaign}")
    return _("Did not receive {campaign}") if status in _NOT_RECEIVED else _("Received {campaign}")


def _tone(status: str) -> str:
    if status in (_S.REPLIED, _S.CLOSED):
        return chips.GOOD
    return chips.BAD if status in (_S.FAILED, _S.UNDELIVERED) else ""


def _named(campaign: Any, may_open: bool) -> str:
    if not may_open:
        return str(campaign.name)
    url = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    return format_html('<a href="{}">{}</a>', url, campaign.name)


def _course(row: Any) -> Iterator[str]:
    """How far the message came, and when; or why it did not."""
    if row.status in _NOT_RECEIVED:
        yield row.why or shown_text(row.error_message) or row.get_status_display()
        return
    steps = [
        (_("delivered %(at)s"), row.delivered_at),
        (_("read %(at)s"), row.read_at),
        (_("answered %(at)s"), row.replied_at),
        (_("closed %(at)s"), row.closed_at),
    ]
    taken = [words % {"at": _after(row.happened, at)} for words, at in steps if at]
    yield from taken or [row.get_status_display()]


def _after(start: datetime, moment: datetime) -> str:
    """The time; with the day, when it is another than that of the start."""
    local = timezone.localtime(moment)
    is_same_day = local.date() == timezone.localtime(start).date()
    return f"{local:%H:%M}" if is_same_day else said(moment)


def _resolved(contact: Contact, user: Any, window: Window) -> list[Entry]:
    """How conversations with the person ended, and after an answer to which campaign."""
    rows = Closing.objects.filter(conversation__contact=contact).select_related("outcome")
    closings = window.latest(rows, "at")
    ids = {one.campaign_id for one in closings if one.campaign_id}
    campaigns = Campaign.objects.select_related("template").in_bulk(ids)
    may_open = user.has_perm("campaigns.view_campaign")
    return [_outcome(one, campaigns.get(one.campaign_id), may_open) for one in closings]


def _outcome(closing: Any, campaign: Any, may_open: bool) -> Entry:
    url = reverse("admin:inbox", query={"talk": closing.conversation_id})
    words = closing.outcome.name
    if closing.amount is not None:
        words = f"{words}, {price_in_words(closing.amount)}"
    return Entry(
        closing.at,
        closing.pk,
        "check",
        format_html('<a href="{}">{}</a>', url, _("Resolved as %(outcome)s") % {"outcome": words}),
        tone=chips.GOOD if closing.outcome.is_sale else "",
        details=[_answered(campaign, may_open)] if campaign else [],
    )


def _answered(campaign: Any, may_open: bool) -> str:
    named = _named(campaign, may_open)
    if campaign.template is None:
        return format_html(_("Had answered {campaign}"), campaign=named)
    sentence = _("Had answered {campaign}, with the template {template}")
    return format_html(sentence, campaign=named, template=campaign.template.name)


def _facts(contact: Contact, user: Any) -> Facts:
    if not user.has_perm(SEE_RECIPIENTS):
        return Facts()
    count = Recipient.objects.filter(contact=contact).count()
    return Facts(
        standings=list(_at_the_cap(contact)),
        records=[Record(_("Campaigns"), list_of(Recipient, contact), count)],
    )


def _at_the_cap(contact: Contact) -> Iterator[Standing]:
    """That the person had as many messages of campaigns as the business sends in some days."""
    most, days = preferences().cap_messages, preferences().cap_days
    if most <= 0 or counted(timezone.now()).filter(contact=contact).count() < most:
        return
    words = ngettext(
        "Had %(most)d of %(most)d messages within %(days)s day; campaigns wait",
        "Had %(most)d of %(most)d messages within %(days)s days; campaigns wait",
        ceil(days),
    )
    yield Standing(_("Frequency cap"), words % {"most": most, "days": f"{days:g}"}, chips.WARN)


PART = Part(
    sources=(
        Source(CAMPAIGNS, (SEE_PEOPLE, SEE_RECIPIENTS), _received),
        Source(OUTCOMES, (SEE_PEOPLE, SEE_TALKS), _resolved),
    ),
    facts=_facts,
)
