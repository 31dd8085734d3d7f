"""Compares the provider's journal with the database, for one campaign.

The journal is what truly left; the rows are what we believe. Every function returns sentences, one
for each thing that does not hold, without anyone's number in it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Recipient
from contacts.models import Contact, ContactStatus
from messaging.twilio.addresses import from_provider

Entry = dict[str, Any]


def problems_of(campaign_id: int, journal: Sequence[Entry]) -> list[str]:
    """All that does not hold; an empty list is the proof."""
    return [
        *problems_of_all([campaign_id], journal),
        *_written_after_opt_out(journal),
        *_unanswered(journal),
    ]


def problems_of_all(campaign_ids: Iterable[int], journal: Sequence[Entry]) -> list[str]:
    """What does not hold of several campaigns, however often the web server was away."""
    sent = [entry for entry in journal if entry["kind"] == "api"]
    owners = _owners(sent)
    found = list(_without_recipient(sent, owners))
    for campaign_id in campaign_ids:
        ours = [entry for entry in sent if owners.get(token_of(entry)) == campaign_id]
        found += [*_written_twice(ours), *_rows_differ(campaign_id, ours)]
    return [*found, *_opt_outs_without_effect(journal), *_integrity()]


def token_of(entry: Entry) -> str:
    """The recipient's own token, which its callback address carries; "" without one."""
    query = parse_qs(urlsplit(entry["status_callback"] or "").query)
    return query.get("token", [""])[0]


def _owners(sent: Iterable[Entry]) -> dict[str, int]:
    """The campaign of each recipient whose token a sent message carries."""
    tokens = {token_of(entry) for entry in sent}
    return dict(Recipient.objects.filter(token__in=tokens).values_list("token", "campaign_id"))


def _without_recipient(sent: Iterable[Entry], owners: dict[str, int]) -> Iterator[str]:
    for entry in sent:
        if token_of(entry) not in owners:
            yield _("%(sid)s was accepted by the provider but belongs to no recipient.") % entry


def _written_twice(ours: Iterable[Entry]) -> Iterator[str]:
    by_person: dict[str, list[str]] = {}
    for entry in ours:
        by_person.setdefault(entry["to"], []).append(entry["sid"])
    for sids in by_person.values():
        if len(sids) > 1:
            yield _("One person was written %(times)d times by the campaign: %(sids)s.") % {
                "times": len(sids),
                "sids": ", ".join(sids),
            }


def _rows_differ(campaign_id: int, ours: Iterable[Entry]) -> Iterator[str]:
    accepted = {(entry["sid"], token_of(entry)) for entry in ours}
    recipients = Recipient.objects.filter(campaign=campaign_id, message_sid__isnull=False)
    believed = set(recipients.values_list("message_sid", "token"))
    for sid, _unused in sorted(accepted - believed):
        yield _("%(sid)s was accepted by the provider, but its recipient does not say so.") % {
            "sid": sid
        }
    for sid, _unused in sorted(believed - accepted):
        yield _("A recipient has the message %(sid)s, which the provider never accepted.") % {
            "sid": sid
        }


def _opt_outs(journal: Iterable[Entry]) -> list[Entry]:
    """The opt-outs that we answered: what was refused or met no server, nobody heard."""
    return [
        entry
        for entry in journal
        if entry["kind"] == "inbound"
        and entry.get("intent") == "opt_out"
        and entry["answered_at"]
        and 200 <= entry["status"] < 300
    ]


def _written_after_opt_out(journal: Sequence[Entry]) -> Iterator[str]:
    answered: dict[str, float] = {}
    for entry in _opt_outs(journal):
        answered.setdefault(entry["from"], entry["answered_at"])
    sent = [entry for entry in journal if entry["kind"] == "api" and entry["to"] in answered]
    for entry in sent:
        if entry["at"] > answered[entry["to"]]:
            yield _("%(sid)s left for a person whose opt-out had been answered.") % entry


def _unanswered(journal: Sequence[Entry]) -> Iterator[str]:
    """Messages from people that were refused, or that nobody answered."""
    answers = Counter(entry["status"] for entry in journal if entry["kind"] == "inbound")
    for status, count in answers.items():
        if not 200 <= status < 300:
            sentence = ngettext(
                "%(count)d message from people was answered with HTTP status %(status)d.",
                "%(count)d messages from people were answered with HTTP status %(status)d.",
                count,
            )
            yield sentence % {"count": count, "status": status}


def _opt_outs_without_effect(journal: Sequence[Entry]) -> Iterator[str]:
    for entry in _opt_outs(journal):
        _channel, address = from_provider(entry["from"])
        by_phone = address.startswith("+")
        people = Contact.objects
        person = people.with_phones([address]) if by_phone else people.known_as(address)
        if not person.filter(status=ContactStatus.OPTED_OUT).exists():
            yield (_("%(sid)s asked to opt out, and the person is not opted out.") % entry)


def _integrity() -> Iterator[str]:
    for name in settings.INTEGRITY_CHECKS:
        yield from import_string(name)()
