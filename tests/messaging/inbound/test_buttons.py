"""A tapped quick reply does what its template says, once, however often it comes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Contact, Tag
from messaging.approvals.following import new_template
from messaging.inbound.buttons import do_what_is_tapped
from messaging.inbound.receive import receive
from messaging.inbound.types import Inbound
from messaging.models import Conversation, Message, Template
from messaging.texts.content import Button, TemplateContent
from optouts.models import ConsentEvent, OptOut
from tests.factories.people import people
from tests.messaging.conftest import arrival
from tests.templates import edit
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event

SID = "SM" + "1" * 32


@pytest.fixture
def tag(db) -> Tag:
    return Tag.objects.create(name="Interesados")


@pytest.fixture
def template(tag) -> Template:
    return new_template(
        "aviso",
        by=SYSTEM,
        body="Hola, ¿te llamamos para contarte?",
        content_sid="HX" + "a" * 32,
        buttons=(
            Button("quick_reply", "Sí, llamen", id="llamen", effect={"tag": tag.pk}),
            Button("quick_reply", "Precio", id="precio", effect={"answer": "Desde $8.500.000."}),
            Button("quick_reply", "Ya no me interesa", id="fuera", effect={"opt_out": True}),
            Button("quick_reply", "Después", id="despues"),
        ),
    )


@pytest.fixture
def sent(template, contact) -> Message:
    return Message.objects.create(
        contact=contact,
        direction="outbound",
        phone=contact.phone,
        body=template.current.body,
        message_sid=SID,
        token="token",
        created_at=timezone.now(),
        status="read",
        template_version=template.current,
    )


def tap(payload, contact, *, number=1, text="Sí", quoted=SID):
    content = {"button_text": text, "button_payload": payload, "quoted_sid": quoted}
    return receive(arrival(text, number=number, phone=contact.phone, content=content))


def test_a_tap_tags_the_person(sent, contact, tag):
    tap("llamen", contact)

    assert [*tag.contacts.all()] == [contact]


def test_a_tap_is_answered(sent, contact):
    answer = tap("precio", contact)

    assert (answer.body, answer.content["button"]) == ("Desde $8.500.000.", "precio")


def test_a_tap_is_not_answered_where_a_colleague_took_over(sent, contact, tag):
    tap("precio", contact)
    Conversation.objects.update(taken_over=True)

    assert tap("precio", contact, number=2) is None
    assert tap("llamen", contact, number=3) is None
    assert [*tag.contacts.all()] == [contact]


def test_a_tap_opts_out_and_is_confirmed(sent, contact):
    answer = tap("fuera", contact, text="Ya no me interesa")

    assert OptOut.objects.filter(contact=contact).exists()
    assert "SM" in ConsentEvent.objects.get().evidence
    assert answer is not None


def test_the_same_tap_again_changes_nothing(sent, contact, tag):
    first = tap("precio", contact)

    assert tap("precio", contact) == first
    assert Message.objects.inbound().count() == 1


def test_two_taps_tag_once(sent, contact, tag):
    tap("llamen", contact)
    tap("llamen", contact, number=2)

    assert tag.contacts.count() == 1


def test_a_tag_is_in_the_log_as_the_systems(sent, contact, tag):
    tap("llamen", contact)
    tap("llamen", contact, number=2)

    event = Event.objects.get(action="contacts.add_tag")
    assert (event.actor, event.object_text, event.after) == (None, "Interesados", {"people": 1})


def test_many_taps_of_one_tag_cost_as_much_as_one(sent, tag):
    first, *others = [as_arrived(person) for person in people(21)]

    assert cost_of([first]) == cost_of(others)

    assert tag.contacts.count() == 21


def cost_of(arrived):
    with CaptureQueriesContext(connection) as queries:
        do_what_is_tapped(arrived)
    return len(queries)


def as_arrived(person):
    """The tap of a person, as a handler sees it."""
    content = {"button_payload": "llamen", "quoted_sid": SID}
    message = Message(contact=person, content=content, direction="inbound")
    return Inbound(message, person, Conversation(), None, "Sí")


def test_a_button_is_known_by_its_id_after_its_text_was_changed(sent, contact, tag, template):
    changed = tuple(
        Button("quick_reply", "Otro texto", id=one.id)
        for one in TemplateContent.of(template.current).buttons
    )
    edit(template, buttons=changed)

    tap("llamen", contact, text="Sí, llamen")

    assert tag.contacts.count() == 1


@pytest.mark.parametrize(
    ("payload", "quoted"), [("despues", SID), ("unheard", SID), ("llamen", "SM" + "2" * 32)]
)
def test_other_taps_have_no_effect(sent, contact, tag, payload, quoted):
    tap(payload, contact, quoted=quoted)

    assert (tag.contacts.count(), OptOut.objects.count()) == (0, 0)


def test_a_tag_that_is_gone_is_no_error(sent, contact, tag):
    tag.delete()

    tap("llamen", contact)

    assert Message.objects.inbound().get().contact == contact


def test_whoever_opted_out_gets_no_answer(sent, contact):
    tap("fuera", contact)
    contact.refresh_from_db()

    assert tap("precio", contact, number=2) is None
    assert Contact.objects.get(pk=contact.pk).status == "opted_out"
