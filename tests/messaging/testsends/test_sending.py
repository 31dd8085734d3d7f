from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.summaries.days import daily_counts
from contacts.models import Contact
from messaging.delivery.models import Delivery
from messaging.models import Conversation, Message, Sender
from messaging.testsends.sending import MOST, CannotTest, Outgoing, send_test
from optouts.operations import opt_out
from tests.factories.people import add_address
from tests.factories.users import permit_only
from tests.sending import run_sender
from waproject.accounts.permissions import permissions_of
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db

MINE = "+56 9 6123 4567"
NUMBER = "+56961234567"


@pytest.fixture
def text(template) -> Outgoing:
    return Outgoing("Hola Ana", template.in_use, {"nombre": "Ana"})


def test_test_is_queued_before_everything_else(text, sender, superuser):
    assert send_test(text, sender=sender, phone=MINE, by=superuser) == NUMBER

    waiting = Delivery.objects.select_related("stream").get()
    assert (waiting.address, waiting.body, waiting.variables) == (
        NUMBER,
        "Hola Ana",
        {"nombre": "Ana"},
    )
    assert (waiting.stream.kind, waiting.stream.priority) == ("test", 10)


def test_number_is_remembered(text, sender, superuser):
    send_test(text, sender=sender, phone=MINE, by=superuser)

    superuser.refresh_from_db()
    assert superuser.test_phone == NUMBER


def test_number_becomes_a_contact_with_a_tag(text, sender, superuser):
    send_test(text, sender=sender, phone=MINE, by=superuser)
    send_test(text, sender=sender, phone=NUMBER, by=superuser)

    made = Contact.objects.get()
    assert (made.phone, made.name, [tag.name for tag in made.tags.all()]) == (
        NUMBER,
        "jefa",
        ["Test numbers"],
    )


def test_number_of_a_contact_in_another_spelling_is_that_contact(text, sender, superuser):
    Contact.objects.create(phone="+5491123456789", name="Ana")

    send_test(text, sender=sender, phone="+541123456789", by=superuser)

    assert Delivery.objects.get().contact.name == "Ana"


def test_test_is_in_the_log_of_operations_without_the_number(text, sender, superuser):
    send_test(text, sender=sender, phone=MINE, by=superuser)

    event = Event.objects.get(action="messaging.send_test")
    assert (event.object_type, event.after) == ("messaging.template", {})


def test_test_is_marked_and_counted_nowhere(text, sender, superuser, simulator):
    send_test(text, sender=sender, phone=MINE, by=superuser)
    run_sender(sender, seconds=5)

    message = Message.objects.get()
    assert (message.is_test, message.campaign_id, message.body) == (True, None, "Hola Ana")
    assert daily_counts(timezone.localdate()) == {}
    assert simulator.journal[-1]["content_sid"] == "HX" + "a" * 32


def test_what_could_not_leave_is_logged_as_a_test_with_its_reason(text, sender, superuser):
    send_test(text, sender=sender, phone=MINE, by=superuser)
    opt_out(Contact.objects.get(), reason="manual")

    run_sender(sender, seconds=5)

    message = Message.objects.get()
    assert (message.is_test, message.status, message.error_meaning) == (
        True,
        "failed",
        "opted out",
    )


def test_who_opted_out_gets_no_test(text, sender, superuser):
    opt_out(Contact.objects.create(phone=NUMBER), reason="manual")

    with pytest.raises(CannotTest, match=r"This number may not be written to: opted out\."):
        send_test(text, sender=sender, phone=MINE, by=superuser)

    assert not Delivery.objects.exists()


def test_who_opted_out_gets_no_test_at_a_further_phone(text, sender, superuser):
    out = Contact.objects.create(phone="+56987654321")
    add_address(out, NUMBER, channel="phone")
    opt_out(out, reason="manual")

    with pytest.raises(CannotTest, match=r"This number may not be written to: opted out\."):
        send_test(text, sender=sender, phone=MINE, by=superuser)

    assert (Contact.objects.get(), Delivery.objects.exists()) == (out, False)


def test_who_opted_out_gets_no_test_in_a_spelling_without_a_key(text, sender, superuser):
    opt_out(Contact.objects.create(phone=NUMBER), reason="manual")
    Contact.objects.update(phone_key=None)

    with pytest.raises(CannotTest, match=r"This number may not be written to: opted out\."):
        send_test(text, sender=sender, phone=MINE, by=superuser)

    assert Contact.objects.count() == 1


def test_further_phone_is_refused_as_the_person_is_reached_at_another(text, sender, superuser):
    add_address(Contact.objects.create(phone="+56987654321"), NUMBER, channel="phone")

    with pytest.raises(CannotTest, match=r"A contact has this number as a further phone"):
        send_test(text, sender=sender, phone=MINE, by=superuser)

    assert not Delivery.objects.exists()


def test_text_that_whatsapp_has_not_approved_is_refused(text, sender, superuser, template):
    version = template.versions.get()
    version.content_sid = ""

    with pytest.raises(CannotTest, match="WhatsApp has not approved this text yet"):
        send_test(Outgoing("Hola", version), sender=sender, phone=MINE, by=superuser)


def test_free_text_needs_a_message_from_the_phone_first(sender, superuser):
    with pytest.raises(CannotTest, match=r"Write to \+56220000000 from this phone first"):
        send_test(Outgoing("Hola"), sender=sender, phone=MINE, by=superuser)

    me = Contact.objects.create(phone=NUMBER)
    window = timezone.now() + timedelta(hours=1)
    Conversation.objects.create(sender=sender, contact=me, window_expires_at=window)
    send_test(Outgoing("Hola"), sender=sender, phone=MINE, by=superuser)

    assert Delivery.objects.get().body == "Hola"


def test_sms_takes_any_text(superuser):
    sms = Sender.objects.create(name="Avisos", channel="sms", address="+56220000001")

    send_test(Outgoing("Hola"), sender=sms, phone=MINE, by=superuser)

    assert Delivery.objects.get().address == NUMBER


@pytest.mark.parametrize("phone", ["", "123", "hola"])
def test_what_is_no_phone_is_refused(text, sender, superuser, phone):
    with pytest.raises(CannotTest):
        send_test(text, sender=sender, phone=phone, by=superuser)


def test_sender_that_is_off_sends_no_test(text, sender, superuser):
    Sender.objects.update(status=Sender.Status.DISABLED)
    sender.refresh_from_db()

    with pytest.raises(CannotTest, match=r"The sender is switched off\."):
        send_test(text, sender=sender, phone=MINE, by=superuser)


def test_too_many_tests_of_one_user_are_refused(text, sender, superuser, staff):
    for _time in range(MOST):
        send_test(text, sender=sender, phone=MINE, by=superuser)

    with pytest.raises(CannotTest, match="That were 10 tests within 10 minutes"):
        send_test(text, sender=sender, phone=MINE, by=superuser)

    send_test(text, sender=sender, phone=MINE, by=permit_only(staff, "send_test"))


def test_right_to_send_tests_is_of_those_who_work_with_people():
    assert "messaging.send_test" in permissions_of(["templates.test"])
