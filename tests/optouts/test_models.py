import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError

from optouts.models import ConsentEvent, Phrase
from optouts.operations import opt_out
from optouts.recognition import builtin
from waproject.accounts.models import User


@pytest.fixture
def event(contact) -> ConsentEvent:
    opt_out(contact, reason="manual", by=User.objects.create_superuser("jefa"))
    return ConsentEvent.objects.get()


@pytest.mark.parametrize("method", ["save", "delete"])
def test_a_consent_event_is_append_only(event, method):
    with pytest.raises(TypeError, match=r"^ConsentEvent is append-only\.$"):
        getattr(event, method)()


def test_consent_events_are_append_only_in_bulk(event):
    with pytest.raises(TypeError):
        ConsentEvent.objects.update(note="")

    with pytest.raises(TypeError):
        ConsentEvent.objects.all().delete()


def test_a_consent_event_outlives_the_user(event):
    event.by.delete()

    assert ConsentEvent.objects.get().by is None


def test_an_opted_out_person_cannot_be_deleted(event):
    with pytest.raises(ProtectedError):
        event.contact.delete()


def test_a_new_installation_has_the_builtin_phrases(db):
    assert Phrase.objects.in_use().count() == len(builtin.patterns())


def test_a_phrase_exists_once_in_any_spelling(db):
    with pytest.raises(IntegrityError):
        Phrase.objects.create(text="¡BÁJA!", kind="opt_out")
