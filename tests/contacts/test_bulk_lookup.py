import pytest

from contacts.bulk_lookup import each
from contacts.models import Contact


@pytest.mark.parametrize(("kind", "field"), [(int, "pk"), (str, "phone")])
def test_each_finds_the_rows_of_the_values(contact, kind, field):
    values = [kind(getattr(contact, field)), kind(7)]

    assert Contact.objects.filter(**{f"{field}__in": each(kind, values)}).get() == contact


@pytest.mark.parametrize(("kind", "field"), [(int, "pk"), (str, "phone")])
def test_each_of_no_values_finds_nothing(contact, kind, field):
    assert not Contact.objects.filter(**{f"{field}__in": each(kind, [])}).exists()
