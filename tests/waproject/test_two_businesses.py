"""Two businesses with the same number, customer, keyword and message ids, side by side.

The statements that are written as text name the tenant themselves. On PostgreSQL a policy would
hide it if one forgot to; on SQLite these tests alone tell.
"""

import pytest
from django.test import Client
from django.utils import timezone
from twilio.request_validator import RequestValidator

from contacts.models import Contact
from messaging.models import Account, AutoReply, Conversation, Message, Sender
from waproject.tenants.models import Tenant
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import all_tenants, in_tenant

pytestmark = pytest.mark.django_db

ACCOUNT, TOKEN = "AC" + "b" * 32, "another-token"
PERSON, NUMBER = "+56975400946", "+56220000000"


@pytest.fixture
def other() -> Tenant:
    """A business with an account of its own, whose sender has the number of ours."""
    Sender.objects.create(name="Ventas", channel="whatsapp", address=NUMBER)
    other = create_tenant(name="Otra", slug="otra")
    with in_tenant(other.pk):
        account = Account.objects.create(name="Otra", external_id=ACCOUNT, access_token=TOKEN)
        Sender.objects.create(name="Taller", channel="whatsapp", address=NUMBER, account=account)
    return other


def to_ours(settings, client: Client, kind: str, **parameters: str) -> str:
    """Post a signed request for our account; the body of the answer."""
    account, token = settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN
    return _post(settings, client, f"/twilio/{kind}", account, token, parameters)


def to_theirs(settings, client: Client, kind: str, **parameters: str) -> str:
    with all_tenants():
        number = Account.objects.get(external_id=ACCOUNT).pk
    return _post(settings, client, f"/twilio/{number}/{kind}", ACCOUNT, TOKEN, parameters)


def _post(settings, client, path, account, token, parameters) -> str:
    given = {"AccountSid": account, **parameters}
    signature = RequestValidator(token).compute_signature(settings.PUBLIC_BASE_URL + path, given)
    answer = client.post(path, given, headers={"X-Twilio-Signature": signature})
    assert answer.status_code in (200, 204)
    return answer.content.decode()


def message(body: str, number: int = 1) -> dict[str, str]:
    return {
        "MessageSid": f"SM{number:032x}",
        "From": f"whatsapp:{PERSON}",
        "To": f"whatsapp:{NUMBER}",
        "Body": body,
    }


def owners(rows) -> list[tuple[int, ...]]:
    """The tenants of conversations, of their senders and of their people."""
    return sorted(rows.values_list("tenant_id", "sender__tenant_id", "contact__tenant_id"))


def test_a_message_to_the_same_number_is_filed_with_the_account_that_it_names(
    settings, client, tenant, other
):
    to_theirs(settings, client, "inbound", **message("Hola"))
    to_ours(settings, client, "inbound", **message("Hola"))

    with all_tenants():
        filed = owners(Conversation.objects.all())
        assert filed == sorted([(tenant.pk,) * 3, (other.pk,) * 3])
        assert Message.objects.filter(message_sid=message("Hola")["MessageSid"]).count() == 2


def test_an_opt_out_from_one_business_leaves_the_other_one_s_customer(
    settings, client, tenant, other
):
    to_ours(settings, client, "inbound", **message("Hola", 1))
    to_theirs(settings, client, "inbound", **message("Hola", 2))

    to_theirs(settings, client, "inbound", **message("BAJA", 3))

    with all_tenants():
        found = dict(Contact.objects.values_list("tenant_id", "status"))
    assert found == {tenant.pk: "active", other.pk: "opted_out"}


def test_a_keyword_is_answered_with_the_words_of_the_business_that_was_asked(
    settings, client, tenant, other
):
    AutoReply.objects.create(keywords="PRECIO", body="Nuestro precio")
    with in_tenant(other.pk):
        AutoReply.objects.create(keywords="PRECIO", body="Otro precio")

    theirs = to_theirs(settings, client, "inbound", **message("precio", 1))
    ours = to_ours(settings, client, "inbound", **message("precio", 2))

    assert ("Otro precio" in theirs, "Nuestro precio" in ours) == (True, True)


@pytest.mark.parametrize("from_theirs", [False, True])
def test_a_status_moves_the_message_of_the_account_that_it_names(
    settings, client, tenant, other, from_theirs
):
    sid = "SM" + "9" * 32
    for one in (tenant, other):
        with in_tenant(one.pk):
            person = Contact.objects.create(phone=PERSON)
            Message.objects.create(
                contact=person,
                direction="outbound",
                phone=PERSON,
                message_sid=sid,
                status="sent",
                created_at=timezone.now(),
            )

    post = to_theirs if from_theirs else to_ours
    post(settings, client, "status", MessageSid=sid, MessageStatus="delivered")

    with all_tenants():
        found = dict(Message.objects.values_list("tenant_id", "status"))
    moved, left = (other, tenant) if from_theirs else (tenant, other)
    assert found == {moved.pk: "delivered", left.pk: "sent"}
