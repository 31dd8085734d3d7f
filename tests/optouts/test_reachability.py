"""The rule of who may be written to is one, in its three spellings, for every combination."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from typing import NamedTuple

import pytest
from django.utils import timezone

from contacts.models import Address, Contact
from messaging.models import Message
from optouts.models import Hold, OptOut
from optouts.reachability import (
    Answer,
    Barrier,
    Purpose,
    Row,
    Standing,
    address_on,
    barrier,
    may_write,
    why_not,
)
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant

NOW = timezone.now()
HOUR = timedelta(hours=1)
# Phone, WhatsApp user id and another address; without a key, the contact is unmerged.
ADDRESSES = [
    ("+56975400000", None, None),
    ("+525512340000", "CL.1", None),
    ("unmerged", None, None),
    (None, "CL.2", None),
    (None, None, "messenger:1"),
]
# Empty stands for any.
CHANNELS = ["whatsapp", "sms", "other", ""]
# Until when the person may be answered, and when the answer was asked for; opt-outs are of NOW.
ANSWERS = [
    Answer(None, NOW + HOUR),
    Answer(NOW - HOUR, NOW + HOUR),
    Answer(NOW + HOUR, NOW - HOUR),
    Answer(NOW + HOUR, NOW),
]
# A message stands for whatever has a contact, an address and two moments.
ADDRESSED = Row(contact="contact", goes_to="phone", until="sent_at", asked_at="created_at")


class Facts(NamedTuple):
    status: str
    addresses: tuple[str | None, str | None, str | None]
    number_is_out: bool
    held: bool
    blocked: str
    goes_to: str
    answer: Answer


def all_facts() -> Iterator[Facts]:
    statuses = ["active", "invalid", "opted_out"]
    flags = (False, True)
    # On WhatsApp: at the address there, or at a phone that the contact had before.
    blocked = ["", "present", "former"]
    goes_to = ["", "elsewhere", "second phone"]
    yield from map(
        Facts._make, product(statuses, ADDRESSES, flags, flags, blocked, goes_to, ANSWERS)
    )


@pytest.fixture
def world(db) -> list[tuple[Facts, Message]]:
    """A message to a contact of its own for each combination of facts."""
    rows = [(facts, _contact(n, facts)) for n, facts in enumerate(all_facts())]
    Contact.objects.bulk_create(contact for _facts, contact in rows)
    unmerged = [contact.pk for facts, contact in rows if facts.addresses[0] == "unmerged"]
    Contact.objects.filter(pk__in=unmerged).update(phone_key=None)
    _write_addresses(rows)
    _write_ledger(rows)
    messages = [_message(facts, contact) for facts, contact in rows]
    # PostgreSQL has not counted these tables: a new installation is like that, and no statement
    # may take minutes for it.
    return [
        (facts, message)
        for (facts, _contact), message in zip(
            rows, Message.objects.bulk_create(messages), strict=True
        )
    ]


def _contact(n: int, facts: Facts) -> Contact:
    phone = facts.addresses[0]
    if phone:
        phone = f"+52551{n:07}" if phone.startswith("+52") else f"+5697{n:07}"
    return Contact(
        phone=phone,
        status=facts.status,
    )


def _write_addresses(rows: list[tuple[Facts, Contact]]) -> None:
    made = []
    for facts, contact in rows:
        at = NOW if facts.blocked == "present" else None
        _phone, user_id, other = facts.addresses
        if user_id:
            blocked_at = None if contact.phone else at
            made.append(_address(contact, "whatsapp", f"CL.{contact.pk}", blocked_at))
        if other:
            made.append(_address(contact, "other", f"messenger:{contact.pk}", None))
        if contact.phone and at:
            made.append(_address(contact, "whatsapp", contact.phone, at))
        if facts.blocked == "former":
            made.append(_address(contact, "whatsapp", f"+4912{contact.pk:08}", NOW))
        if facts.goes_to == "second phone":
            made.append(_address(contact, "phone", _second(contact), None))
    Address.objects.bulk_create(made)


def _second(contact: Contact) -> str:
    return f"+4913{contact.pk:08}"


def _address(contact: Contact, channel: str, value: str, blocked_at: datetime | None) -> Address:
    return Address(
        contact=contact,
        channel=channel,
        value=value,
        key=value,
        blocked_at=blocked_at,
        bars_phone=channel == "whatsapp" and value.startswith("+"),
    )


def _message(facts: Facts, contact: Contact) -> Message:
    return Message(
        contact=contact,
        phone={"": contact.address, "second phone": _second(contact)}.get(
            facts.goes_to, facts.goes_to
        ),
        direction="outbound",
        status="queued",
        sent_at=facts.answer.until,
        created_at=facts.answer.asked_at,
    )


def _write_ledger(rows: list[tuple[Facts, Contact]]) -> None:
    holders = Contact.objects.bulk_create(
        Contact(name=f"holder of {contact.pk}") for _facts, contact in rows
    )
    OptOut.objects.bulk_create(
        [
            OptOut(contact=contact, opted_out_at=NOW, reason="manual")
            for facts, contact in rows
            if facts.status == "opted_out"
        ]
    )
    OptOut.objects.bulk_create(
        # The spelling of +52 that the contact does not have.
        OptOut(
            contact=holder,
            phone=contact.phone.replace("+52", "+521"),
            opted_out_at=NOW,
            reason="manual",
        )
        for (facts, contact), holder in zip(rows, holders, strict=True)
        if facts.number_is_out and contact.phone
    )
    Hold.objects.bulk_create(
        Hold(contact=contact, text="?", held_at=NOW, decided_at=None if facts.held else NOW)
        for facts, contact in rows
    )


def standing(facts: Facts, message: Message, channel: str, *, addressed: bool) -> Standing:
    contact = message.contact
    _phone, user_id, other = facts.addresses
    by_whatsapp = contact.phone or (user_id and f"CL.{contact.pk}")
    others = {"sms": contact.phone, "other": other and f"messenger:{contact.pk}"}
    return Standing(
        facts.status,
        others.get(channel, by_whatsapp),
        goes_to=message.phone if addressed else None,
        is_second_phone=facts.goes_to == "second phone",
        number_is_out=facts.number_is_out and facts.addresses[0] not in (None, "unmerged"),
        is_unmerged=facts.addresses[0] == "unmerged",
        is_held=facts.held,
        is_blocked=channel == "whatsapp" and facts.blocked == "present" and bool(by_whatsapp),
        out_since=NOW,
        answer=facts.answer if addressed and channel == "whatsapp" else None,
    )


def test_the_rule_is_the_same_for_queries_and_for_rows(world):
    for channel, purpose in product(CHANNELS, Purpose):
        expected = {
            message.pk: why_not(standing(facts, message, channel, addressed=True), purpose) or ""
            for facts, message in world
        }

        codes = Message.objects.annotate(code=barrier(channel, purpose, ADDRESSED))
        may = Message.objects.filter(may_write(channel, purpose, ADDRESSED))

        assert dict(codes.values_list("pk", "code")) == expected
        assert set(may.values_list("pk", flat=True)) == free(expected)


def test_the_rule_is_the_same_for_contacts_without_a_message(world):
    for channel in CHANNELS:
        expected = {
            message.contact_id: why_not(standing(facts, message, channel, addressed=False)) or ""
            for facts, message in world
        }
        people = Contact.objects.filter(pk__in=expected)

        codes = people.annotate(code=barrier(channel))
        may = people.filter(may_write(channel))

        assert dict(codes.values_list("pk", "code")) == expected
        assert set(may.values_list("pk", flat=True)) == free(expected)


def test_an_update_tests_the_rule_in_its_own_statement(world, django_assert_num_queries):
    may = Message.objects.filter(may_write("whatsapp", row=ADDRESSED))
    expected = set(may.values_list("pk", flat=True))

    with django_assert_num_queries(1):
        may.update(body="taken")

    assert set(Message.objects.filter(body="taken").values_list("pk", flat=True)) == expected


def test_the_address_on_is_the_one_of_the_channel(world):
    for channel in CHANNELS:
        addresses = Message.objects.annotate(address=address_on(channel, "contact__"))

        assert dict(addresses.values_list("pk", "address")) == {
            message.pk: standing(facts, message, channel, addressed=True).address
            for facts, message in world
        }


def free(codes: dict[int, str]) -> set[int]:
    """The rows without a barrier; there must be some."""
    found = {pk for pk, code in codes.items() if not code}
    assert found
    return found


ACTIVE = Standing("active", "+56975400946")
ANSWERED = Answer(NOW + HOUR, NOW + HOUR)
OUT = ACTIVE._replace(status="opted_out", out_since=NOW)


@pytest.mark.parametrize(
    ("person", "purpose", "expected"),
    [
        (ACTIVE, Purpose.MARKETING, None),
        (OUT, Purpose.MARKETING, Barrier.OPTED_OUT),
        (OUT, Purpose.SERVICE, Barrier.OPTED_OUT),
        (OUT, Purpose.REPLY, Barrier.OPTED_OUT),
        (OUT._replace(answer=ANSWERED), Purpose.REPLY, None),
        (OUT._replace(answer=ANSWERED), Purpose.SERVICE, Barrier.OPTED_OUT),
        (OUT._replace(answer=ANSWERED._replace(asked_at=NOW - HOUR)), Purpose.REPLY, "opted_out"),
        (OUT._replace(answer=ANSWERED._replace(until=NOW - HOUR)), Purpose.REPLY, "opted_out"),
        (ACTIVE._replace(number_is_out=True), Purpose.MARKETING, Barrier.OPTED_OUT),
        (ACTIVE._replace(status="invalid"), Purpose.REPLY, Barrier.INVALID),
        (ACTIVE._replace(is_unmerged=True), Purpose.MARKETING, Barrier.DUPLICATE),
        (ACTIVE._replace(is_blocked=True), Purpose.SERVICE, Barrier.BLOCKED),
        (ACTIVE._replace(is_held=True), Purpose.MARKETING, Barrier.HELD),
        (ACTIVE._replace(is_held=True), Purpose.SERVICE, None),
        (ACTIVE._replace(is_landline=True), Purpose.MARKETING, Barrier.LANDLINE),
        (ACTIVE._replace(address=None), Purpose.SERVICE, Barrier.NO_ADDRESS),
        (ACTIVE._replace(goes_to="+56975400000"), Purpose.REPLY, Barrier.MOVED),
        (ACTIVE._replace(goes_to="+56975400000", is_second_phone=True), Purpose.REPLY, None),
        (
            ACTIVE._replace(goes_to="+56975400000", is_second_phone=True),
            Purpose.SERVICE,
            Barrier.MOVED,
        ),
        (ACTIVE._replace(goes_to=ACTIVE.address), Purpose.MARKETING, None),
    ],
)
def test_each_purpose_has_its_own_barriers(person, purpose, expected):
    assert why_not(person, purpose) == expected


def test_a_condition_composed_for_one_business_holds_for_another(contact):
    other = Tenant.objects.create(name="Otra", slug="otra")
    with in_tenant(other.pk):
        theirs = Contact.objects.create(phone="+56975400999")
        opted_out = Contact.objects.create(phone="+56975400998", status="opted_out")

    ours = list(Contact.objects.filter(may_write("whatsapp")))
    with in_tenant(other.pk):
        found = list(Contact.objects.filter(may_write("whatsapp")))
        codes = dict(Contact.objects.values_list("pk", barrier("whatsapp")))

    assert (ours, found) == ([contact], [theirs])
    assert codes == {theirs.pk: "", opted_out.pk: "opted_out"}
