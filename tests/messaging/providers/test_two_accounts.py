"""Two accounts of one provider, a number each, side by side."""

import pytest
from asgiref.sync import async_to_sync
from twilio.request_validator import RequestValidator

from messaging.models import Account, Conversation, Message, Sender
from messaging.providers.base import Accepted, NotConfigured, OutboundRequest, Rejected

SOUTH, TOKEN = "AC" + "7" * 32, "token-del-sur"


@pytest.fixture
def south(db) -> Account:
    return Account.objects.create(name="Sur", external_id=SOUTH, access_token=TOKEN)


def write_south(client, path, token, **changes):
    form = {
        "AccountSid": SOUTH,
        "MessageSid": "SM" + "7" * 32,
        "From": "whatsapp:+56975400946",
        "To": "whatsapp:+56227777777",
        "Body": "Hola",
        **changes,
    }
    signature = RequestValidator(token).compute_signature(f"http://testserver{path}", form)
    return client.post(path, form, headers={"X-Twilio-Signature": signature})


def result_of(account: Account):
    async def send():
        async with account.gateway() as gateway:
            return await gateway.send(OutboundRequest("+56975400946", "+56220000000", body="Hola"))

    return async_to_sync(send)()


def test_a_message_is_checked_with_the_token_of_the_account_that_it_names(client, south):
    codes = [
        write_south(client, "/twilio/inbound", token).status_code for token in (TOKEN, "simulator")
    ]

    assert (codes, Message.objects.inbound().count()) == ([200, 403], 1)


def test_the_new_number_belongs_to_the_account_that_was_written_to(client, south):
    write_south(client, "/twilio/inbound", TOKEN)

    assert Sender.objects.get().account == south


def test_a_message_and_the_answer_to_it_are_of_the_account_that_was_written_to(client, south):
    sender = Sender.objects.create(name="Sur", channel="whatsapp", address="+56227777777")

    write_south(client, "/twilio/inbound", TOKEN, Body="BAJA")

    assert sender.account != south
    assert [one.account for one in Message.objects.all()] == [south, south]


def test_each_account_has_its_own_conversation_with_a_person(client, south, write):
    write_south(client, "/twilio/inbound", TOKEN)
    write("Hola")

    senders = Conversation.objects.values_list("sender__account__name", flat=True)
    assert sorted(senders) == ["Main account", "Sur"]


@pytest.mark.parametrize("path", ["/twilio/{other}/inbound", "/twilio/999999/inbound"])
def test_the_account_of_the_path_has_to_be_that_of_the_request(client, south, path):
    other = Account.objects.of_environment().pk

    response = write_south(client, path.format(other=other), TOKEN)

    assert (response.status_code, Message.objects.count()) == (403, 0)


def test_a_status_that_names_no_account_is_checked_by_its_path(client, south):
    path = f"/twilio/{south.pk}/status"

    codes = [
        write_south(client, path, token, AccountSid="", MessageStatus="sent").status_code
        for token in (TOKEN, "simulator")
    ]

    assert codes == [204, 403]


def test_an_account_whose_secret_cannot_be_read_is_refused_and_named_in_the_log(
    client, south, settings, caplog
):
    settings.FIELD_ENCRYPTION_KEYS = ["dGVzdHMtbm90LXRlc3RzLW5vdC10ZXN0cy1ub3QtdGU="]

    response = write_south(client, "/twilio/inbound", TOKEN)

    assert response.status_code == 403
    assert "Sur: The stored credentials cannot be read" in caplog.text
    assert TOKEN not in caplog.text


def test_each_sends_with_its_own_credentials(simulator, south):
    main = Account.objects.of_environment()

    results = [result_of(main), result_of(south)]

    assert [type(one) for one in results] == [Accepted, Rejected]
    assert results[1].code == "20003"


def test_what_is_switched_off_sends_nothing(south):
    Account.objects.filter(pk=south.pk).advance(Account.Status.DISCONNECTED)
    south.refresh_from_db()

    with pytest.raises(NotConfigured, match="“Sur” is switched off"):
        result_of(south)


def test_what_people_write_to_one_that_is_switched_off_is_heard(client, south):
    Account.objects.filter(pk=south.pk).advance(Account.Status.DISCONNECTED)

    assert write_south(client, "/twilio/inbound", TOKEN).status_code == 200
