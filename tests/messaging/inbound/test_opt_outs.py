"""What a message says about consent, through the handlers as they are registered."""

import pytest
from django.utils import timezone

from campaigns.models import Recipient
from contacts.models import Contact
from messaging.inbound.receive import receive
from messaging.models import AutoReply, Conversation, Message
from optouts.models import ConsentEvent, Hold, OptOut
from optouts.operations import opt_out
from tests.factories.people import known_as
from tests.messaging.conftest import arrival

pytestmark = pytest.mark.django_db

GOODBYE = "Listo. No volveremos a contactarte."


def body_of(event: str) -> str:
    return AutoReply.objects.get(event=event).body


def answer_to(text: str, number: int = 7, **changes) -> str | None:
    answer = receive(arrival(text, number, **changes))
    return answer and answer.body


@pytest.mark.parametrize("text", ["BAJA", "baja por favor", "3", "STOP. Gracias"])
def test_an_opt_out_is_confirmed_and_recorded(text):
    assert answer_to(text) == GOODBYE

    assert OptOut.objects.get().contact.status == "opted_out"


def test_an_opt_out_again_is_confirmed_again():
    answer_to("BAJA")

    assert answer_to("BAJA", 8) == GOODBYE
    assert OptOut.objects.count() == 1


def test_an_opt_out_is_recorded_with_the_sid_as_evidence(contact):
    answer_to("BAJA")

    [event] = contact.consent_events.all()
    assert event.evidence == f"{arrival().sid}: BAJA"


def test_an_opt_out_by_a_button_is_honoured():
    answer = answer_to("No, gracias", content={"button_payload": "STOP"}, type="button")

    assert (answer, OptOut.objects.count()) == (GOODBYE, 1)


def test_an_opt_out_that_the_provider_answered_is_recorded_in_silence():
    answer = answer_to("STOP", channel="sms", content={"done_by_provider": "STOP"})

    assert (answer, OptOut.objects.count()) == (None, 1)


@pytest.mark.parametrize("text", ["CHAO", "", "¿tiene start stop?", "Soy Juan, baja", "ALTA"])
def test_an_opt_out_by_a_word_of_the_providers_list_counts_whatever_the_word(text):
    answer = answer_to(text, channel="sms", content={"done_by_provider": "STOP"})

    assert (answer, OptOut.objects.count(), Hold.objects.count()) == (None, 1, 0)


def test_what_the_provider_did_is_kept_as_evidence(contact):
    answer_to("CHAO", channel="sms", content={"done_by_provider": "STOP"})

    [event] = contact.consent_events.all()
    assert event.evidence == f"{arrival().sid}: (provider: STOP) CHAO"


@pytest.mark.parametrize("text", ["RETOMAR", "", "BAJA"])
def test_an_opt_in_by_the_provider_undoes_an_opt_out_in_silence(text):
    answer_to("BAJA")

    answer = answer_to(text, 8, channel="sms", content={"done_by_provider": "START"})

    assert (answer, OptOut.objects.count()) == (None, 0)


def test_an_opt_in_by_the_provider_of_someone_who_is_not_out_changes_nothing():
    assert answer_to("RETOMAR", channel="sms", content={"done_by_provider": "START"}) is None
    assert ConsentEvent.objects.count() == 0


@pytest.mark.parametrize(("text", "opted_out"), [("AYUDA", 0), ("INFO", 0), ("", 0), ("BAJA", 1)])
def test_help_of_the_provider_is_not_answered_twice(text, opted_out):
    answer = answer_to(text, channel="sms", content={"done_by_provider": "HELP"})

    assert (answer, OptOut.objects.count()) == (None, opted_out)


def test_help_of_the_provider_still_asks_for_a_person_where_the_menu_does():
    human = AutoReply.objects.filter(action="human").first()
    word = human.keywords.split(",")[0]

    answer_to("AYUDA", 7, channel="sms", content={"done_by_provider": "HELP"})
    before = Conversation.objects.get().wants_human
    answer_to(word, 8, channel="sms", content={"done_by_provider": "HELP"})

    assert (before, Conversation.objects.get().wants_human) == (False, True)
    assert not Message.objects.outbound().exists()


def test_help_of_the_provider_answers_a_campaign(campaign, contact):
    sid = "SM" + "5" * 32
    Recipient.objects.create(
        campaign=campaign, contact=contact, status="sent", sent_at=timezone.now(), message_sid=sid
    )

    answer_to("INFO", content={"done_by_provider": "HELP", "quoted_sid": sid})

    assert campaign.recipients.get().status == "replied"


BUTTONS = """Detener promociones;Stop promotions;STOP PROMOTIONS;Parar promoções;parar promocoes
Interromper promoções;Arrêter les promotions;Werbung stoppen;Interrompi promozioni;Promoties stoppen
Detener mensajes;Dejar de recibir promociones;Detener  Promosiones;Остановить рекламу;停止推广"""


def test_the_buttons_under_marketing_messages_opt_out_by_text_payload_or_title():
    texts = BUTTONS.replace("\n", ";").split(";")

    for number, text in enumerate(texts):
        field = ["button_text", "button_payload", "list_title"][number % 3]
        answer_to("👍", number, phone=f"+5697540{number:04}", content={field: text})

    assert OptOut.objects.count() == len(texts)


def test_of_what_a_button_and_its_payload_say_an_opt_out_is_heard_first(contact):
    answer_to(
        "quiero cancelar", content={"button_text": "ALTA", "button_payload": "STOP_PROMOTIONS"}
    )

    assert (OptOut.objects.count(), Hold.objects.count()) == (1, 0)


def test_an_opt_out_holds_for_both_contacts_of_a_person_known_twice(contact):
    known_as("CL.1234")

    answer_to("BAJA", user_id="CL.1234")

    assert set(Contact.objects.values_list("status", flat=True)) == {"opted_out"}


def test_an_opt_in_holds_for_both_contacts_of_a_person_known_twice(contact):
    opt_out(known_as("CL.1234"), reason="user_request")

    assert answer_to("ALTA", user_id="CL.1234") == body_of("opt_in")
    assert OptOut.objects.count() == 0


def test_an_opt_in_is_confirmed():
    answer_to("BAJA")

    assert answer_to("ALTA", 8) == body_of("opt_in")
    assert Contact.objects.get().status == "active"


@pytest.mark.parametrize("text", ["VOLVER", "START"])
def test_an_opt_in_of_someone_who_is_not_out_goes_on_to_the_menu(text):
    assert answer_to(text) == body_of("fallback")
    assert ConsentEvent.objects.count() == 0


def test_an_opted_out_person_is_not_answered_otherwise():
    answer_to("BAJA")

    assert answer_to("INFO", 8) is None


def test_a_confirmation_that_staff_switched_off_is_not_sent():
    AutoReply.objects.filter(event="opt_out").update(active=False)

    assert answer_to("BAJA") is None


def test_a_message_that_may_mean_an_opt_out_is_held():
    answer_to("el auto ya lo vendí hace meses, denme de baja de esa lista por favor señores")

    assert (Hold.objects.count(), OptOut.objects.count()) == (1, 0)
