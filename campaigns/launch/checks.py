"""What a launch would do, before it is done: whom it reaches, whom it leaves out, what they read.

Missing variables and texts too long are counted by rendering every text in a stream, as the launch
will: a count in SQL would have to repeat the rules of rendering.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import frequency_cap as caps
from campaigns.audience import Audience, AudienceError
from campaigns.changing import OperationRefused
from campaigns.launch.estimate import Timing, timing
from campaigns.launch.people import Addressee, addressees
from campaigns.launch.texts import longest_text, text_and_mapping
from campaigns.models import Campaign, Recipient
from campaigns.states import CampaignStatus
from contacts.plain import PlainContact
from messaging.delivery import reasons
from messaging.delivery.daily_limit import free_of_charge
from messaging.loose_placeholders import loose_sentences
from messaging.models import Channel, Conversation, Sender, Template
from messaging.providers.base import NotConfigured
from messaging.rendering import unknown_sources

SAMPLES = 5


@dataclass(frozen=True)
class LeftOut:
    """How many people a launch would skip, and why."""

    reason: str
    count: int


@dataclass(frozen=True)
class Sample:
    """What one real person would read; `missing` names the variables without a value."""

    contact: PlainContact
    text: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preflight:
    """What a launch would do now. Errors block it; warnings want a person's word.

    `outside_window` counts recipients to whom WhatsApp would refuse free text. `by_daily_limit`:
    it is the sender's daily limit, not the rate, that decides how long sending takes. `counted_at`:
    when a job counted a large audience; None when it was looked at just now.
    """

    recipients: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    duration: timedelta = timedelta()
    outside_window: int = 0
    by_daily_limit: bool = False
    counted_at: datetime | None = None


@dataclass
class _Tally:
    """What the text of everyone showed."""

    recipients: int = 0
    written_to_first: int = 0
    outside_window: int = 0
    too_long: int = 0
    capped: int = 0
    barred: Counter[str] = field(default_factory=Counter)
    missing: Counter[tuple[str, ...]] = field(default_factory=Counter)
    zones: Counter[str] = field(default_factory=Counter)
    complete: list[Sample] = field(default_factory=list)
    incomplete: list[Sample] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The counts as plain JSON values; the samples, which show people's data, are left out."""
        counts = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: list(count.items()) if isinstance(count, Counter) else count
            for name, count in counts.items()
            if not isinstance(count, list)
        }

    @classmethod
    def from_json(cls, counts: Mapping[str, Any]) -> "_Tally":
        """The tally that `to_json` wrote."""
        tally = cls()
        for name, count in counts.items():
            if isinstance(count, list):
                count = Counter({_key(key): number for key, number in count})
            setattr(tally, name, count)
        return tally


def _key(stored: str | list[str]) -> Any:
    """The key of a count: JSON knows no tuples."""
    return tuple(stored) if isinstance(stored, list) else stored


class Check:
    """A preflight under way: made first, shown everyone of the audience, asked for its result.

    It goes on from the `tally` of an earlier one that saw others. Raises AudienceError when the
    campaign's audience cannot be read.
    """

    def __init__(
        self,
        campaign: Campaign,
        *,
        now: datetime,
        starts_at: datetime | None = None,
        tally: Mapping[str, Any] | None = None,
    ) -> None:
        self.campaign = campaign
        self.starts_at = max(now, starts_at or campaign.scheduled_at or now)
        self.audience = Audience.from_json(campaign.audience)
        self.tally = _Tally.from_json(tally or {})
        self.narrow = _needs_window(campaign)
        open_to = Conversation.objects.filter(sender=campaign.sender_id).in_window(now)
        self.in_window = set(open_to.values_list("contact_id", flat=True)) if self.narrow else set()
        limited = campaign.sender.daily_limit is not None
        self.costs_nothing = (
            set(free_of_charge(campaign.sender, self.starts_at)) if limited else set()
        )
        self.capped = set(caps.full(campaign, now)) if caps.applies(campaign) else set()

    def count(self, people: Iterable[Addressee]) -> None:
        for one in people:
            if one.barrier:
                self.tally.barred[str(one.barrier.label)] += 1
            else:
                self._count_writable(one)

    def _count_writable(self, one: Addressee) -> None:
        tally, pk = self.tally, one.contact.pk
        if one.rendered.missing:
            tally.missing[one.rendered.missing] += 1
        elif one.too_long:
            tally.too_long += 1
        elif pk in self.capped:
            tally.capped += 1
        else:
            tally.recipients += 1
            tally.zones[one.time_zone] += 1
            tally.written_to_first += pk not in self.costs_nothing
            tally.outside_window += self.narrow and pk not in self.in_window
        kept = tally.incomplete if one.rendered.missing else tally.complete
        if len(kept) < SAMPLES:
            kept.append(Sample(one.contact, one.rendered.text, one.rendered.missing))

    def result(self) -> Preflight:
        """What the launch does, from those who were shown."""
        tally = self.tally
        ahead = timing(self.campaign, tally.zones, self.starts_at, tally.written_to_first)
        return Preflight(
            recipients=tally.recipients,
            left_out=list(_left_out(tally)),
            samples=_samples(tally),
            errors=[*blockers(self.campaign), *_audience_blockers(self.campaign, tally, ahead)],
            warnings=list(_warnings(self.campaign, self.audience, tally, ahead)),
            duration=timedelta(seconds=round(ahead.duration.total_seconds())),
            outside_window=tally.outside_window,
            by_daily_limit=ahead.limited is not None,
        )


def preflight(
    campaign: Campaign, *, now: datetime | None = None, starts_at: datetime | None = None
) -> Preflight:
    """Look at the campaign as a launch would, now or at its start if that is to come.

    Another start than the stored one may be given. Writes nothing.
    """
    try:
        check = Check(campaign, now=now or timezone.now(), starts_at=starts_at)
    except AudienceError as error:
        return Preflight(errors=[*blockers(campaign), str(error)])
    for people in addressees(campaign, check.audience):
        check.count(people)
    return check.result()


def refuse(found: Preflight, *, accept_warnings: bool) -> None:
    """Raise OperationRefused for errors, and for warnings that were not accepted."""
    if found.errors:
        raise OperationRefused(found.errors)
    if found.warnings and not accept_warnings:
        raise OperationRefused(found.warnings)


def blockers(campaign: Campaign) -> list[str]:
    """What is wrong with the campaign whoever its people are."""
    return [*_sender_problems(campaign.sender), *_text_problems(campaign)]


def _sender_problems(sender: Sender) -> Iterator[str]:
    try:
        sender.account.sending_credentials()
    except NotConfigured as error:
        yield str(error)
    if sender.status != Sender.Status.ACTIVE:
        yield str(reasons.SENDER_OFF) % {"sender": sender.name}
    if sender.channel == Channel.OTHER:
        yield _(
            "The sender “%(sender)s” is of a channel that campaigns cannot use."
            " Choose a sender of WhatsApp or SMS."
        ) % {"sender": sender.name}


def _text_problems(campaign: Campaign) -> Iterator[str]:
    template, text = campaign.template, campaign.message_template.strip()
    if template and text:
        yield _("The campaign has a template and a free text. Keep one of them.")
    if not template and not text:
        yield _("The campaign has no message. Choose a template or write a text.")
    if template and campaign.sender.channel == Channel.WHATSAPP:
        yield from _approval_problems(template)
    yield from loose_sentences(text_and_mapping(campaign)[0])
    for name in unknown_sources(*text_and_mapping(campaign)):
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
    if not (template.current and template.current.content_sid):
        yield _(
            "The template “%(name)s” has no content sid. Copy it from the provider's console."
        ) % {"name": template.name}


def _needs_window(campaign: Campaign) -> bool:
    return campaign.template is None and campaign.sender.channel == Channel.WHATSAPP


def _samples(tally: _Tally) -> list[Sample]:
    """Five texts; one of them shows what is missing, when anything is."""
    complete = tally.complete[: SAMPLES - 1] if tally.incomplete else tally.complete
    return [*complete, *tally.incomplete][:SAMPLES]


def _left_out(tally: _Tally) -> Iterator[LeftOut]:
    for reason, count in sorted(tally.barred.items(), key=lambda item: (-item[1], item[0])):
        yield LeftOut(reason, count)
    for names, count in tally.missing.most_common():
        yield LeftOut(str(reasons.MISSING) % {"names": ", ".join(names)}, count)
    if tally.too_long:
        yield LeftOut(str(reasons.TOO_LONG), tally.too_long)
    if tally.capped:
        yield LeftOut(str(reasons.CAPPED), tally.capped)


def _audience_blockers(campaign: Campaign, tally: _Tally, ahead: Timing) -> Iterator[str]:
    if tally.recipients:
        yield from ahead.blockers()
    else:
        yield _("There is nobody to write to. Widen the audience or look at who is left out below.")
    if tally.outside_window and not campaign.sender.provider.is_simulated:
        yield ngettext(
            "WhatsApp would refuse this text to %(count)d person: it takes free text only within"
            " 24 hours of their last message. Use an approved template.",
            "WhatsApp would refuse this text to %(count)d people: it takes free text only within"
            " 24 hours of their last message. Use an approved template.",
            tally.outside_window,
        ) % {"count": tally.outside_window}
    if tally.too_long and not tally.recipients:
        yield _("The text is too long with its values: at most %(most)d characters are taken.") % {
            "most": longest_text(campaign)
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
    if tally.outside_window and campaign.sender.provider.is_simulated:
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
            "%(count)d message of another campaign waits for the same sender and shares what it may"
            " send.",
            "%(count)d messages of other campaigns wait for the same sender and share what it may"
            " send.",
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
