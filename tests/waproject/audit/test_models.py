import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation

from campaigns.actions import CampaignAction
from tests.append_only import TABLES, refuse_truncate
from waproject.accounts.models import User
from waproject.audit.acting import acting
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(superuser, campaign) -> Event:
    with acting(superuser, CampaignAction.PAUSE, campaign):
        pass
    return Event.objects.get()


def test_database_refuses_to_change_an_event(event):
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Event.objects.update(reason="otra")

    assert Event.objects.get().reason == ""


def test_database_refuses_to_delete_an_event(event):
    with pytest.raises(IntegrityError, match="deleted"), transaction.atomic():
        event.delete()

    assert Event.objects.exists()


def test_database_lets_a_reason_be_emptied_and_nothing_else_beside_it(superuser, campaign):
    with acting(superuser, CampaignAction.PAUSE, campaign, reason="lo pidió Juana"):
        pass

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Event.objects.update(reason="", action="campaigns.resume")
    Event.objects.update(reason="")

    event = Event.objects.get()
    assert (event.reason, event.action) == ("", "campaigns.pause")


@pytest.mark.parametrize("table", TABLES)
def test_database_refuses_to_empty_what_is_append_only(table):
    refuse_truncate()

    # SQLite does not know the word.
    why = {"postgresql": "never", "sqlite": "syntax error"}[connection.vendor]
    with pytest.raises(DatabaseError, match=why), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_event_outlives_its_user(event, superuser):
    superuser.delete()

    event.refresh_from_db()
    assert (User.objects.count(), event.actor_name) == (0, "jefa")


def test_action_is_said_in_words(event):
    assert event.action_in_words == "Paused a campaign"


def test_action_of_an_app_that_is_gone_keeps_its_name():
    assert Event(action="voice.call").action_in_words == "voice.call"


def test_event_is_called_by_what_was_done():
    with translation.override("es"):
        assert str(Event(action="contacts.import")) == "Importó contactos"
