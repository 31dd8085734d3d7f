"""A second provider goes the whole way: so nothing outside a provider's package knows the first."""

import pytest
from django.db import OperationalError

from campaigns import operations
from campaigns.models import Campaign, Recipient
from contacts.models import Contact
from messaging.delivery import jobs
from messaging.inbound.receive import receive
from messaging.kept import door
from messaging.models import Account, Message, Sender
from optouts.models import ConsentEvent
from tests.messaging.providers.postino import office
from waproject.accounts.actors import SYSTEM

LETTER = {
    "numero": "lettera/1",
    "da": "+56975400946",
    "per": "+56229999999",
    "testo": "BAJA",
    "firma": "Juan",
}


@pytest.fixture
def sent(postino_sender, contact, template) -> Campaign:
    """A campaign to the contact, launched and sent through the second provider."""
    campaign = Campaign.objects.create(name="Posta", sender=postino_sender, template=template)
    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)
    jobs.send_from(campaign.sender_id)
    return campaign


def test_what_a_person_writes_is_stored_heeded_and_answered(postino, deliver):
    response = deliver("/postino/inbound", **LETTER)

    answer = Message.objects.outbound().get()
    assert response.json()["lettera/1"] == {
        "risposta": "Listo. No volveremos a contactarte.",
        "avvisi": f"http://testserver/postino/{postino.pk}/status?token={answer.token}",
    }
    assert Contact.objects.get().status == "opted_out"
    assert Sender.objects.get().account == postino


def test_a_status_of_the_answer_finds_it_by_its_token(postino, deliver):
    response = deliver("/postino/inbound", **LETTER)
    path = response.json()["lettera/1"]["avvisi"].removeprefix("http://testserver")

    deliver(path, numero="posta/9", stato="IN_VIAGGIO")

    answer = Message.objects.outbound().get()
    assert (answer.message_sid, answer.status) == ("posta/9", "sent")


def test_two_messages_of_one_request_are_stored_and_answered_each_by_itself(postino, deliver):
    other = {**LETTER, "numero": "lettera/2", "da": "+56975400947", "firma": "Ana"}

    response = deliver("/postino/inbound", sacco=[{**LETTER, "testo": "Hola"}, other])

    answers = Message.objects.outbound().values_list("in_reply_to__message_sid", "body")
    assert {sid: one["risposta"] for sid, one in response.json().items()} == dict(answers)
    assert response.json()["lettera/2"]["risposta"] == "Listo. No volveremos a contactarte."
    assert dict(Contact.objects.values_list("name", "status")) == {
        "Juan": "active",
        "Ana": "opted_out",
    }


def test_two_messages_of_one_person_in_one_request_keep_their_order(postino, deliver):
    back = {**LETTER, "numero": "lettera/2", "testo": "ALTA"}

    deliver("/postino/inbound", sacco=[LETTER, back])

    changes = ConsentEvent.objects.order_by("pk").values_list("change", flat=True)
    assert (list(changes), Contact.objects.get().status) == (["out", "in"], "active")


def test_a_request_that_is_repeated_after_its_second_message_failed_stores_each_once(
    postino, deliver, monkeypatch
):
    other = {**LETTER, "numero": "lettera/2", "da": "+56975400947"}
    monkeypatch.setattr(door, "receive", failing_for("lettera/2"))
    monkeypatch.setattr(door.Folder, "keep", full_disk)
    assert deliver("/postino/inbound", sacco=[LETTER, other]).status_code == 503
    monkeypatch.undo()

    response = deliver("/postino/inbound", sacco=[LETTER, other])

    assert Message.objects.inbound().count() == 2
    assert {*response.json()} == {"lettera/1", "lettera/2"}


def full_disk(*_given):
    raise OSError(28, "No space left on device")


def failing_for(sid):
    def fail(arrival):
        if arrival.sid == sid:
            raise OperationalError
        return receive(arrival)

    return fail


def test_two_statuses_of_one_request_move_each_its_message(sent, postino, deliver):
    path = f"/postino/{postino.pk}/status"
    letters = [{"numero": "posta/1", "stato": stato} for stato in ("CONSEGNATO", "LETTO")]

    deliver(path, sacco=letters)

    recipient = Recipient.objects.get()
    assert (recipient.status, recipient.delivered_at is None) == ("read", False)


@pytest.mark.parametrize(
    ("secret", "cliente"), [("altro", "cliente-7"), ("francobollo", "cliente-8")]
)
def test_another_signature_and_another_account_are_refused_alike(postino, deliver, secret, cliente):
    response = deliver("/postino/inbound", secret, **{**LETTER, "cliente": cliente})

    assert (response.status_code, response.content.decode()) == (
        403,
        "The signature is missing or wrong.",
    )
    assert Message.objects.count() == 0


def test_a_letter_without_a_number_is_answered_400(postino, deliver):
    response = deliver("/postino/inbound", da="+56975400946")

    assert (response.status_code, response.content.decode()) == (400, "The letter has no number.")


@pytest.mark.parametrize(("word", "status"), [("ceralacca", 200), ("altra", 405)])
def test_the_webhook_answers_a_challenge_with_the_verify_token(postino, client, word, status):
    asked = {"parola": word, "eco": "1234"}

    response = client.get(f"/postino/{postino.pk}/inbound", asked)

    assert response.status_code == status
    assert (response.content == b"1234") == (status == 200)


def test_a_campaign_leaves_through_the_provider_of_its_sender(sent):
    [(account, request)] = office.sent

    recipient = Recipient.objects.get()
    assert (account, request.to, recipient.message_sid) == (
        "cliente-7",
        "+56975400946",
        "posta/1",
    )
    assert Message.objects.get().message_sid == "posta/1"


def test_its_statuses_move_the_recipient(sent, postino, deliver):
    path = f"/postino/{postino.pk}/status"

    codes = [
        deliver(path, numero="posta/1", stato=stato).status_code
        for stato in ("IN_VIAGGIO", "CONSEGNATO", "LETTO")
    ]

    assert (codes, Recipient.objects.get().status) == ([204] * 3, "read")


def test_its_error_codes_are_kept_and_mean_what_its_table_says(sent, postino, deliver):
    letter = {"numero": "posta/1", "stato": "PERSO", "guasto": "E-404"}

    deliver(f"/postino/{postino.pk}/status", **letter)

    recipient = Recipient.objects.get()
    assert (recipient.status, recipient.error_code) == ("failed", "E-404")
    assert Contact.objects.get().status == "invalid"


def test_its_late_error_means_what_its_table_says_when_the_sender_has_moved(sent, postino, deliver):
    Sender.objects.update(account=Account.objects.of_environment())

    deliver(f"/postino/{postino.pk}/status", numero="posta/1", stato="PERSO", guasto="E-404")

    assert Recipient.objects.get().reason_details["provider"] == "postino"
    assert Contact.objects.get().status == "invalid"


def test_what_its_late_error_did_is_undone_when_the_sender_has_moved(sent, postino, deliver):
    path = f"/postino/{postino.pk}/status"
    deliver(path, numero="posta/1", stato="PERSO", guasto="E-404")
    Sender.objects.update(account=Account.objects.of_environment())

    deliver(path, numero="posta/1", stato="CONSEGNATO")

    assert (Recipient.objects.get().status, Contact.objects.get().status) == ("delivered", "active")


def test_a_refusal_of_the_request_means_what_its_table_says(postino_sender, template):
    lost = Contact.objects.create(phone="+56975400404", name="Lejos")
    campaign = Campaign.objects.create(name="Posta", sender=postino_sender, template=template)
    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)

    jobs.send_from(campaign.sender_id)

    lost.refresh_from_db()
    assert (Recipient.objects.get().error_code, lost.status) == ("E-404", "invalid")
