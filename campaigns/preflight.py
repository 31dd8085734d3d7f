"""What a launch would do, before it is done: whom it reaches, whom it leaves out, what they read.

Missing variables and texts too long are counted by rendering every text in a stream, as the launch
will: a count in SQL would have to repeat the rules of rendering.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import reasons
from campaigns.audience import Audience, AudienceError, open_holds
from campaigns.freezing import TEMPLATE_MOST, TEXT_MOST
from campaigns.models import Campaign, Recipient
from campaigns.sending import caps
from campaigns.states import CampaignStatus
from campaigns.timing import Timing, timing
from contacts.models import ChannelBlock, Contact, Vehicle
from contacts.zones import zone_names
from messaging.models import Channel, Conversation, Sender, Template
from messaging.rendering import Rendered, Renderer, unknown_sources

if TYPE_CHECKING:
    from campaigns.audience import Person

SAMPLES = 5
_CHUNK = 2_000


@dataclass(frozen=True)
class LeftOut:
    """How many people a launch would skip, and why."""

    reason: str
    count: int


@dataclass(frozen=True)
class Sample:
    """What one real person would read; `missing` names the variables without a value."""

    contact: Contact
    text: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preflight:
    """What a launch would do now. Errors block it; warnings want a person's word.

    `outside_window` counts recipients to whom WhatsApp would refuse free text.
    """

    recipients: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    duration: timedelta = timedelta()
    outside_window: int = 0


@dataclass
class _Tally:
    """What rendering the text for everyone showed."""

    recipients: int = 0
    outside_window: int = 0
    too_long: int = 0
    capped: int = 0
    missing: Counter[tuple[str, ...]] = field(default_factory=Counter)
    complete: list[Sample] = field(default_factory=list)
    incomplete: list[Sample] = field(default_factory=list)
    zones: Counter[str] = field(default_factory=Counter)


def preflight(
    campaign: Campaign, *, now: datetime | None = None, starts_at: datetime | None = None
) -> Preflight:
    """Look at the campaign as a launch would, now or at its start if that is to come.

    Another start than the stored one may be given. Writes nothing.
    """
    now = now or timezone.now()
    starts_at = max(now, starts_at or campaign.scheduled_at or now)
    problems = [*_sender_problems(campaign.sender), *_text_problems(campaign)]
    try:
        audience = Audience.from_json(campaign.audience)
    except AudienceError as error:
        return Preflight(errors=[*problems, str(error)])
    tally = _tally(campaign, audience, now)
    ahead = timing(campaign, tally.zones, starts_at)
    return Preflight(
        recipients=tally.recipients,
        left_out=[*_not_writable(campaign, audience), *_not_renderable(tally)],
        samples=_samples(tally),
        errors=[*problems, *_audience_problems(campaign, tally, ahead)],
        warnings=list(_warnings(campaign, audience, tally, ahead)),
        duration=timedelta(seconds=round(ahead.duration.total_seconds())),
        outside_window=tally.outside_window,
    )


def _sender_problems(sender: Sender) -> Iterator[str]:
    if not settings.TWILIO_ACCOUNT_SID:
        yield _("No Twilio account is configured. Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")
    if sender.status != Sender.Status.ACTIVE:
        yield str(reasons.SENDER_OFF) % {"sender": sender.name}


def _text_problems(campaign: Campaign) -> Iterator[str]:
    template, text = campaign.template, campaign.message_template.strip()
    if template and text:
        yield _("The campaign has a template and a free text. Keep one of them.")
    if not template and not text:
        yield _("The campaign has no message. Choose a template or write a text.")
    if template and campaign.sender.channel == Channel.WHATSAPP:
        yield from _approval_problems(template)
    for name in unknown_sources(*_text_and_mapping(campaign)):
        yield _(
            "The template takes {{%(name)s}} from a source that does not exist."
            " Choose another on the template's page."
        ) % {"name": name}


def _approval_problems(template: Template) -> Iterator[str]:
    """WhatsApp sends approved templates only, by their content sid; SMS knows neither."""
    if template.status != Template.Status.APPROVED:
        yield _("WhatsApp has not approved the template “%(name)s” (it is %(status)s).") % {
            "name": template.name,
            "status": template.get_status_display(),
        }
    if not template.content_sid:
        yield _("The template “%(name)s” has no content sid. Copy it from Twilio's console.") % {
            "name": template.name
        }


def _text_and_mapping(campaign: Campaign) -> tuple[str, dict[str, Any]]:
    if campaign.template:
        return campaign.template.body, campaign.template.variables
    return campaign.message_template, {}


def _longest(campaign: Campaign) -> int:
    by_template = campaign.template and campaign.sender.channel == Channel.WHATSAPP
    return TEMPLATE_MOST if by_template else TEXT_MOST


def _needs_window(campaign: Campaign) -> bool:
    return campaign.template is None and campaign.sender.channel == Channel.WHATSAPP


def _addressable(campaign: Campaign, people: "QuerySet[Person]") -> "QuerySet[Person]":
    """SMS reaches phones only; WhatsApp also people known by their user id alone.

    Neither reaches whom the provider cannot find there.
    """
    people = people.filter(~Exists(_blocks(campaign)))
    if campaign.sender.channel == Channel.SMS:
        return people.filter(phone__isnull=False)
    return people


def _blocks(campaign: Campaign) -> "QuerySet[ChannelBlock]":
    """The block of the campaign's channel for the person of the outer query."""
    return ChannelBlock.objects.filter(contact=OuterRef("pk"), channel=campaign.sender.channel)


def _tally(campaign: Campaign, audience: Audience, now: datetime) -> _Tally:
    """Render the text for everyone who may be written to."""
    tally, longest, narrow = _Tally(), _longest(campaign), _needs_window(campaign)
    anytime = campaign.hours.always_open
    renderer = Renderer(*_text_and_mapping(campaign))
    people = _addressable(campaign, audience.reachable())
    open_to = Conversation.objects.filter(sender=campaign.sender_id).in_window(now)
    in_window = set(open_to.values_list("contact_id", flat=True)) if narrow else set()
    capped = set(caps.full(campaign, now)) if caps.applies(campaign) else set()
    for contact, vehicle in _with_vehicles(people):
        rendered = renderer.render(contact, vehicle)
        if rendered.missing:
            tally.missing[rendered.missing] += 1
        elif len(rendered.text) > longest:
            tally.too_long += 1
        elif contact.pk in capped:
            tally.capped += 1
        else:
            tally.recipients += 1
            tally.zones["" if anytime else zone_names(contact)] += 1
            tally.outside_window += narrow and contact.pk not in in_window
        _keep_sample(tally, contact, rendered)
    return tally


def _with_vehicles(people: "QuerySet[Person]") -> "Iterator[tuple[Person, Vehicle | None]]":
    """Each person with the vehicle to speak of, a chunk in memory at a time."""
    stream = people.only(
        "phone", "whatsapp_user_id", "name", "email", "custom_fields", "time_zone"
    ).iterator(chunk_size=_CHUNK)
    while chunk := list(islice(stream, _CHUNK)):
        vehicles = Vehicle.objects.in_bulk([person.vehicle_id for person in chunk])
        for person in chunk:
            yield person, vehicles.get(person.vehicle_id)


def _keep_sample(tally: _Tally, contact: Contact, rendered: Rendered) -> None:
    kept = tally.incomplete if rendered.missing else tally.complete
    if len(kept) < SAMPLES:
        kept.append(Sample(contact, rendered.text, rendered.missing))


def _samples(tally: _Tally) -> list[Sample]:
    """Five texts; one of them shows what is missing, when anything is."""
    complete = tally.complete[: SAMPLES - 1] if tally.incomplete else tally.complete
    return [*complete, *tally.incomplete][:SAMPLES]


def _not_writable(campaign: Campaign, audience: Audience) -> list[LeftOut]:
    """Those who match but may not be written to, by reason, from one grouped query."""
    rows = (
        audience.matches()
        .annotate(held=Exists(open_holds()), blocked=Exists(_blocks(campaign)))
        .order_by()
        .values_list("status", "held", "blocked")
        .annotate(everyone=Count("pk"), with_phone=Count("phone"))
    )
    left_out: Counter[str] = Counter()
    for status, held, blocked, everyone, with_phone in rows:
        if reason := reasons.why_not_writable(status, held, blocked):
            left_out[str(reason)] += everyone
        elif campaign.sender.channel == Channel.SMS:
            left_out[str(reasons.NO_ADDRESS)] += everyone - with_phone
    ordered = sorted(left_out.items(), key=lambda item: (-item[1], item[0]))
    return [LeftOut(reason, count) for reason, count in ordered if count]


def _not_renderable(tally: _Tally) -> Iterator[LeftOut]:
    for names, count in tally.missing.most_common():
        yield LeftOut(str(reasons.MISSING) % {"names": ", ".join(names)}, count)
    if tally.too_long:
        yield LeftOut(str(reasons.TOO_LONG), tally.too_long)
    if tally.capped:
        yield LeftOut(str(reasons.CAPPED), tally.capped)


def _audience_problems(campaign: Campaign, tally: _Tally, ahead: Timing) -> Iterator[str]:
    if tally.recipients:
        yield from ahead.problems()
    else:
        yield _("There is nobody to write to. Widen the audience or look at who is left out below.")
    if tally.outside_window and not settings.TWILIO_SIMULATED:
        yield ngettext(
            "WhatsApp would refuse this text to %(count)d person: it takes free text only within"
            " 24 hours of their last message. Use an approved template.",
            "WhatsApp would refuse this text to %(count)d people: it takes free text only within"
            " 24 hours of their last message. Use an approved template.",
            tally.outside_window,
        ) % {"count": tally.outside_window}
    if tally.too_long and not tally.recipients:
        yield _("The text is too long with its values: at most %(most)d characters are taken.") % {
            "most": _longest(campaign)
        }


def _warnings(
    campaign: Campaign, audience: Audience, tally: _Tally, ahead: Timing
) -> Iterator[str]:
    if audience.is_everyone:
        yield _("The audience has no filter: it is everyone.")
    yield from _missing_warnings(tally.missing)
    if tally.too_long:
        yield ngettext(
            "The text is too long for %(count)d person, who will be skipped.",
            "The text is too long for %(count)d people, who will be skipped.",
            tally.too_long,
        ) % {"count": tally.too_long}
    if tally.outside_window and settings.TWILIO_SIMULATED:
        yield ngettext(
            "WhatsApp itself would refuse this text to %(count)d person, who has not written"
            " within 24 hours. The simulator takes it.",
            "WhatsApp itself would refuse this text to %(count)d people, who have not written"
            " within 24 hours. The simulator takes it.",
            tally.outside_window,
        ) % {"count": tally.outside_window}
    yield from ahead.warnings()
    if waiting := _queued_elsewhere(campaign):
        yield ngettext(
            "%(count)d message of another campaign waits for the same sender and shares its rate.",
            "%(count)d messages of other campaigns wait for the same sender and share its rate.",
            waiting,
        ) % {"count": waiting}


def _missing_warnings(missing: Counter[tuple[str, ...]]) -> Iterator[str]:
    by_name: Counter[str] = Counter()
    for names, count in missing.items():
        by_name.update(dict.fromkeys(names, count))
    for name, count in by_name.most_common():
        yield ngettext(
            "%(count)d person has no value for {{%(name)s}} and will be skipped.",
            "%(count)d people have no value for {{%(name)s}} and will be skipped.",
            count,
        ) % {"count": count, "name": name}


def _queued_elsewhere(campaign: Campaign) -> int:
    active = Campaign.objects.filter(status=CampaignStatus.ACTIVE, sender=campaign.sender_id)
    others = active.exclude(pk=campaign.pk)
    return Recipient.objects.open().filter(campaign__in=others).count()
