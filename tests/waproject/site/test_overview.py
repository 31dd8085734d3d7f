import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Campaign
from contacts.models import Contact
from messaging.models import Conversation
from optouts.models import Hold
from optouts.operations import hold, opt_out
from tests.factories.people import people
from waproject.site import overview

INDEX = reverse("admin:index")

pytestmark = pytest.mark.django_db


def numbers(client) -> dict[str, str]:
    return {card.label: card.number for card in client.get(INDEX).context["cards"]}


@pytest.fixture
def boss(superuser, client):
    client.force_login(superuser)
    return client


@pytest.fixture
def busy_day(contact, sender, campaign):
    """Two people, one of them opted out; a campaign on its way; a word to decide on."""
    ana = Contact.objects.create(phone="+56911112222")
    opt_out(ana, reason="manual")
    hold(contact, "baja, soy Juan")
    Conversation.objects.create(sender=sender, contact=contact, unread_count=2)
    Campaign.objects.update(status="active")


def test_cards_count_what_matters(boss, busy_day):
    assert numbers(boss) == {
        "people who can be reached": "1",
        "people who opted out": "1",
        "campaigns being sent": "1",
        "unread conversations": "1",
        "held messages to decide": "1",
    }


def test_cards_open_the_rows_that_they_count(boss, busy_day):
    cards = boss.get(INDEX).context["cards"]

    found = [boss.get(card.url).context["cl"].result_count for card in cards]

    assert found == [int(card.number) for card in cards]


def test_cards_show_only_what_a_person_may_see(staff, client, contact):
    staff.user_permissions.add(Permission.objects.get(codename="view_contact"))
    client.force_login(staff)

    assert numbers(client) == {"people who can be reached": "1"}


def test_cards_say_when_there_are_more_than_counted(boss, monkeypatch):
    monkeypatch.setattr(overview, "COUNT_LIMIT", 2)
    people(3)

    assert numbers(boss)["people who can be reached"] == "2+"


def test_index_takes_the_same_queries_whatever_there_is(boss, busy_day):
    costs = []
    for day in range(2):
        with CaptureQueriesContext(connection) as queries:
            boss.get(INDEX)
        costs.append(len(queries))
        Contact.objects.bulk_create(Contact(phone=f"+5692222{day}3{n}") for n in range(10, 30))

    assert (costs[0], Hold.objects.count()) == (costs[1], 1)
