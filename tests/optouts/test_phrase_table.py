from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from optouts.models import Phrase
from optouts.phrase_table import AlwaysHeard, restore, switch
from optouts.recognition import builtin
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db


def test_switch_logs_the_phrases_that_change(superuser):
    Phrase.objects.filter(text="parar").update(active=False)

    changed = switch(
        Phrase.objects.filter(text__in=["parar", "borrar"]), active=False, by=superuser
    )

    event = Event.objects.get()
    assert (changed, event.actor, event.after) == (
        1,
        superuser,
        {"active": False, "phrases": ["borrar"]},
    )


def test_switch_refuses_the_core_and_changes_nothing(superuser):
    phrases = Phrase.objects.filter(text__in=["stop", "borrar"])

    with pytest.raises(AlwaysHeard, match=r"^stop: always heard"):
        switch(phrases, active=False, by=superuser)

    assert (phrases.in_use().count(), Event.objects.count()) == (2, 0)


@pytest.mark.parametrize("change", [{"active": False}, {"kind": "innocent"}])
def test_the_database_keeps_the_core_in_use(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Phrase.objects.filter(text="baja").update(**change)


def test_the_core_cannot_be_deleted():
    with pytest.raises(ProtectedError):
        Phrase.objects.all().delete()
    with pytest.raises(ProtectedError):
        Phrase.objects.get(text="baja").delete()

    assert Phrase.objects.filter(core=True).count() == len(builtin.core())


def test_restore_adds_what_is_missing_and_leaves_what_staff_changed():
    Phrase.objects.filter(text="parar").update(active=False)
    Phrase.objects.filter(text__in=["borrar", "remover"]).delete()
    Phrase.objects.filter(text="baja").update(core=False, active=False)

    restored = restore(by=SYSTEM)

    assert (restored, restore(by=SYSTEM)) == (3, 0)
    assert list(Phrase.objects.exclude(active=True).values_list("text", flat=True)) == ["parar"]


def test_restore_phrases_says_how_many():
    Phrase.objects.filter(text="borrar").delete()
    out = StringIO()

    call_command("restore_phrases", stdout=out)

    assert out.getvalue() == "1 phrase restored.\n"
