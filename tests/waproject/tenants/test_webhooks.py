"""What one business's account may tell, signed as it should be, about the rows of another."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from contacts.models import Contact
from messaging.models import Account, Delivery, Message, Sender
from messaging.webhooks.urls import urlpatterns
from tests.messaging.conftest import Post, post, sid, signed  # noqa: F401
from tests.waproject.tenants.businesses import PHONES, make_other_business
from waproject.tenants.models import Tenant
from waproject.tenants.policies import tenant_tables
from waproject.tenants.scope import all_tenants, in_tenant

pytestmark = pytest.mark.django_db

THEIR_NUMBER = "+56229999999"


@pytest.fixture
def theirs(other_tenant, sender) -> Tenant:
    """A business of which messages were sent, are under way, and came in."""
    make_other_business(other_tenant)
    with in_tenant(other_tenant.pk):
        Sender.objects.update(address=THEIR_NUMBER)
        Delivery.objects.update(state="uncertain")
    return other_tenant


def rows_of(tenant: Tenant) -> dict[str, list]:
    """Every row of a business, by its table."""
    with all_tenants(), connection.cursor() as cursor:
        return {table: _read(cursor, table, tenant) for table in sorted(tenant_tables())}


def _read(cursor, table: str, tenant: Tenant) -> list:
    statement = f"SELECT * FROM {table} WHERE tenant_id = %s ORDER BY 1"  # noqa: S608
    cursor.execute(statement, [tenant.pk])
    return cursor.fetchall()


def tokens(rows) -> list[str]:
    return list(rows.exclude(token=None).values_list("token", flat=True))


def test_reports_about_the_messages_of_another_business_move_nothing_of_it(theirs, post):  # noqa: F811
    before = rows_of(theirs)
    with in_tenant(theirs.pk):
        known = tokens(Delivery.objects) + tokens(Message.objects)

    for status in ("delivered", "read", "failed"):
        for number in range(3):
            post("/twilio/status", MessageSid=sid(number), MessageStatus=status, ErrorCode="63024")
        for number, token in enumerate(known, start=50):
            parameters = {"MessageSid": sid(number), "MessageStatus": status}
            answered = post(f"/twilio/status?token={token}", **parameters)
            assert answered.status_code == 204

    assert len(known) >= 2
    assert rows_of(theirs) == before


@pytest.mark.parametrize("text", ["BAJA", "INFO", "ALTA"])
def test_messages_to_the_sender_of_another_business_are_of_the_one_that_signed(theirs, post, text):  # noqa: F811
    before = rows_of(theirs)

    for number, phone in enumerate([*PHONES, "CL.7"], start=7):
        answered = post(
            "/twilio/inbound",
            MessageSid=sid(number),
            From=f"whatsapp:{phone}",
            To=f"whatsapp:{THEIR_NUMBER}",
            Body=text,
            OriginalRepliedMessageSid=sid(0),
        )
        assert answered.status_code == 200

    assert rows_of(theirs) == before
    assert (Contact.objects.count(), Message.objects.inbound().count()) == (7, 7)


@pytest.mark.parametrize("kind", ["inbound", "status"])
@pytest.mark.parametrize("in_path", [True, False])
def test_the_signature_of_one_account_opens_no_webhook_of_another(theirs, kind, in_path):
    before = rows_of(theirs)
    with in_tenant(theirs.pk):
        account = Account.objects.get()
    path = f"/twilio/{account.pk}/{kind}" if in_path else f"/twilio/{kind}"
    parameters = {
        "AccountSid": account.external_id,
        "MessageSid": sid(0),
        "MessageStatus": "read",
        "From": f"whatsapp:{PHONES[0]}",
        "To": f"whatsapp:{THEIR_NUMBER}",
        "Body": "BAJA",
    }

    signature = signed(path, parameters)  # with the token of the environment's account
    answered = Client().post(path, parameters, headers={"X-Twilio-Signature": signature})

    assert settings.TWILIO_AUTH_TOKEN != "suyo"
    assert (answered.status_code, rows_of(theirs)) == (403, before)


def test_every_webhook_is_tried_here():
    assert {pattern.name for pattern in urlpatterns} == {"inbound", "status"}
