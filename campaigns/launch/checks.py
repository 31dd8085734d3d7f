"""What a launch would do, before it is done: which people it reaches or leaves out, and the texts.

Missing variables and texts too long are counted by rendering every text in a stream, as the launch
will: a count in SQL would have to repeat the rules of rendering.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from campaigns.audience.filters import Audience
from campaigns.audience.values import AudienceError
from campaigns.changing import OperationRefused
from campaigns.launch.estimate import Timing, timing
from campaigns.launch.people import Addressee, addressees
from campaigns.launch.texts import longest_text, text_and_mapping, value_problems
from campaigns.models import Campaign, Recipient
from campaigns.sending import frequency_cap as caps
from campaigns.states import CampaignStatus
from contacts.phones.countries import country_of
from contacts.plain import PlainContact
from messaging.delivery.reasons import NO_REASON, NotSent, Why, why
from messaging.delivery.timing.allowance import allowance
from messaging.delivery.timing.daily_limit import free_of_charge
from messaging.models import Channel, Conversation, Sender, Template
from messaging.providers.base import NotConfigured
from messaging.texts.loose_placeholders import fallback_sentences, loose_sentences
from messaging.texts.rendering import unknown_sources
from messaging.texts.rules.sms import sms_size
from waproject.core.text.sentences import gettext as _
from waproject.core.text.sentences import ngettext, sentence_of

SAMPLES = 5


@dataclass(frozen=True)
class LeftOut:
    """How many people a launch would skip, and why: in words, and by the code of the reason."""

    reason: str
    count: int
    code: str = field(default="", compare=False)


@dataclass(frozen=True)
class Sample:
    """What one real person would read; `missing` names the variables without a value."""

    contact: PlainContact
    text: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preflight:
    """What a launch would do now. Errors block it; warnings need a person's consent.

    `outside_window` counts recipients to whom WhatsApp would refuse free text. `by_daily_limit`:
    it is the sender's daily limit, not the rate, that decides how long sending takes. `countries`
    counts the recipients by country, "" where their address does not tell; `parts` the parts of
    their SMS, which are billed each, and nothing on other channels. `counted_at`: when a job
    counted a large audience; None when it was looked at just now.
    """

    recipients: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    duration: timedelta = timedelta()
    outside_window: int = 0
    by_daily_limit: bool = False
    countries: dict[str, int] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)
    counted_at: datetime | None = None


@dataclass
class _Tally:
    """The counts of the people seen so far, by what the launch would do with them."""

    recipients: int = 0
    written_to_first: int = 0
    outside_window: int = 0
    too_long: int = 0
    capped: int = 0
    barred: Counter[str] = field(default_factory=Counter)
    missing: Counter[tuple[str, ...]] = field(default_factory=Counter)
    zones: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)
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
    """A preflight under way: `count` takes the people in batches, `result` gives the outcome.

    With the `tally` of an earlier check it goes on where that one stopped. Raises AudienceError
    when the campaign's audience cannot be read.
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
        self.is_sms = campaign.sender.channel == Channel.SMS
        self.narrow = _needs_window(campaign)
        open_to = Conversation.objects.filter(sender=campaign.sender_id).in_window(now)
        self.in_window = set(open_to.values_list("contact_id", flat=True)) if self.narrow else set()
        limited = allowance(campaign.sender, self.starts_at).people is not None
        self.costs_nothing = (
            set(free_of_charge(campaign.sender, self.starts_at)) if limited else set()
        )
        self.capped = set(caps.contacts_at_cap(campaign, now)) if caps.applies(campaign) else set()

    def count(self, people: Iterable[Addressee]) -> None:
        for one in people:
            if one.barrier:
                self.tally.barred[one.barrier.value] += 1
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
            country = country_of(one.address)
            tally.countries[country] += 1
            if self.is_sms:
                tally.parts[country] += sms_size(one.rendered.text).parts
            tally.written_to_first += pk not in self.costs_nothing
            tally.outside_window += self.narrow and pk not in self.in_window
        kept = tally.incomplete if one.rendered.missing else tally.complete
        if len(kept) < SAMPLES:
            kept.append(Sample(one.contact, one.rendered.text, one.rendered.missing))

    def why_left_out(self, one: Addressee) -> Why:
        """Why a launch would skip this person; false when it would write to them."""
        capped = why(NotSent.CAPPED) if one.contact.pk in self.capped else NO_REASON
        return one.hindrance or capped

    def result(self) -> Preflight:
        """What the launch would do with the people counted so far."""
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
            countries=dict(tally.countries),
            parts=dict(tally.parts),
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
        return Preflight(errors=[*blockers(campaign), error.sentence])
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
    """What is wrong with the campaign apart from its people."""
    return [*sender_problems(campaign.sender), *text_problems(campaign)]


def sender_problems(sender: Sender) -> Iterator[str]:
    """Why nothing could be sent by this sender now."""
    try:
        sender.account.sending_credentials()
    except NotConfigured as error:
        yield error.sentence
    if sender.status != Sender.Status.ACTIVE:
        yield sentence_of(NotSent.SENDER_OFF.label) % {"sender": sender.name}
    if sender.channel == Channel.OTHER:
        yield _(
            "The sender “%(sender)s” is of a channel that campaigns cannot use."
            " Choose a sender of WhatsApp or SMS."
        ) % {"sender": sender.name}


def text_problems(campaign: Campaign) -> Iterator[str]:
    """What is wrong with the campaign's message, whoever gets it."""
    template, text = campaign.template, campaign.message_template.strip()
    if template and text:
        yield _("The campaign has a template and a free text. Keep one of them.")
    if not template and not text:
        yield _("The campaign has no message. Choose a template or write a text.")
    if template and campaign.sender.channel == Channel.WHATSAPP:
        yield from _approval_problems(template)
    body, mapping = text_and_mapping(campaign)
    yield from loose_sentences(body)
    yield from fallback_sentences(mapping)
    for name in unknown_sources(body, mapping):
        yield _(
            "The template takes {{%(name)s}} from a source that does not exist."
            " Choose another on the template's page."
        ) % {"name": name}
    for name, sentence in value_problems(campaign).items():
        yield _("The value of {{%(name)s}} is missing or wrong, in the step “What”: %(why)s") % {
            "name": name,
            "why": sentence,
        }


def _approval_problems(template: Template) -> Iterator[str]:
    """WhatsApp sends approved templates only, by their content sid; SMS knows neither."""
    if template.status != Template.Status.APPROVED:
        yield _("WhatsApp has not approved the template “%(name)s” (it is %(status)s).") % {
            "name": template.name,
            "status": sentence_of(Template.Status(template.status).label, "template"),
        }
    elif not (template.in_use and template.in_use.content_sid):
        yield _("The provider does not have the template “%(name)s”. Submit it to WhatsApp.") % {
            "name": template.name
        }


def _needs_window(campaign: Campaign) -> bool:
    return campaign.template is None and campaign.sender.channel == Channel.WHATSAPP


def _samples(tally: _Tally) -> list[Sample]:
    """Five texts; one of them shows what is missing, when anything is."""
    complete = tally.complete[: SAMPLES - 1] if tally.incomplete else tally.complete
    return [*complete, *tally.incomplete][:SAMPLES]


def _left_out(tally: _Tally) -> Iterator[LeftOut]:
    for code, count in sorted(tally.barred.items(), key=lambda item: (-item[1], item[0])):
        yield _row(why(code), count)
    for names, count in tally.missing.most_common():
        yield _row(why(NotSent.MISSING, names=", ".join(names)), count)
    if tally.too_long:
        yield _row(why(NotSent.TOO_LONG), tally.too_long)
    if tally.capped:
        yield _row(why(NotSent.CAPPED), tally.capped)


def _row(reason: Why, count: int) -> LeftOut:
    return LeftOut(str(reason), count, reason.code)


def _audience_blockers(campaign: Campaign, tally: _Tally, ahead: Timing) -> Iterator[str]:
    if tally.recipients:
        yield from ahead.blockers()
    else:
        yield _("There is nobody to write to. Widen the audience, or see below who is left out.")
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
