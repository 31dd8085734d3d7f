"""What a merge would do, told before it is done."""

import pytest

from contacts.merging.preview import Line, preview
from contacts.models import Contact
from optouts.models import OptOut
from optouts.operations import opt_out
from tests.factories.people import known_as
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(contact) -> Contact:
    return contact


@pytest.fixture
def gone(db) -> Contact:
    return known_as("CL.1", phone="+56990080338", email="j@x.cl", name="Juanito")


def lines(kept: Contact, gone: Contact) -> dict[str, Line]:
    return {line.title: line for line in preview(kept.pk, gone.pk, by=SYSTEM).lines}


def test_preview_tells_which_value_wins(kept, gone):
    told = lines(kept, gone)

    assert told["name"] == Line("name", "Juan Pérez", "Juanito", "Juan Pérez")
    assert told["email"] == Line("email", "", "j@x.cl", "j@x.cl")
    assert told["addresses"] == Line("addresses", "", "CL.1", "CL.1, +56 9 9008 0338")


def test_preview_tells_that_an_opt_out_of_either_holds(kept, gone):
    opt_out(gone, reason="manual")

    assert lines(kept, gone)["status"] == Line("status", "active", "opted out", "opted out")


def test_preview_leaves_out_what_neither_says(kept, gone):
    assert "tags" not in lines(kept, gone)


def test_preview_changes_nothing(kept, gone):
    opt_out(gone, reason="manual")

    assert preview(kept.pk, gone.pk, by=SYSTEM).moved["addresses"] == 2

    assert (Contact.objects.count(), OptOut.objects.get().contact) == (2, gone)
    assert (gone.addresses.count(), Event.objects.count()) == (1, 0)


def test_preview_of_a_contact_that_is_gone_raises(kept):
    with pytest.raises(Contact.DoesNotExist):
        preview(kept.pk, 0, by=SYSTEM)
