import pytest
from django.db import connection

from contacts.models import Contact
from waproject.core.db.bulk_lookup import Among, as_parameter, each, is_among


@pytest.mark.parametrize(("kind", "field"), [(int, "pk"), (str, "phone")])
def test_each_finds_the_rows_of_the_values(contact, kind, field):
    values = [kind(getattr(contact, field)), kind(7)]

    assert Contact.objects.filter(**{f"{field}__in": each(kind, values)}).get() == contact


@pytest.mark.parametrize(("kind", "field"), [(int, "pk"), (str, "phone")])
def test_each_of_no_values_finds_nothing(contact, kind, field):
    assert not Contact.objects.filter(**{f"{field}__in": each(kind, [])}).exists()


@pytest.mark.parametrize(("kind", "field"), [(int, "pk"), (str, "phone")])
def test_among_finds_the_rows_of_the_values(contact, kind, field):
    values = [kind(getattr(contact, field)), kind(7)]

    assert Contact.objects.filter(Among(field, kind, values)).get() == contact


@pytest.mark.parametrize(("kind", "field"), [(int, "pk"), (str, "phone")])
def test_among_no_values_is_nothing(contact, kind, field):
    assert not Contact.objects.filter(Among(field, kind, [])).exists()


@pytest.mark.parametrize("name", ['"a"', "a\\b", "{a,b}", "a, b", "NULL", "", "a'b"])
def test_among_takes_texts_as_they_are(contact, name):
    Contact.objects.update(name=name)

    assert Contact.objects.filter(Among("name", str, ["other", name])).get() == contact


def test_among_is_one_parameter_for_any_number_of_values():
    _sql, parameters = Contact.objects.filter(
        Among("pk", int, range(5_000))
    ).query.sql_with_params()

    assert len(parameters) == 2  # the business, and all the values


@pytest.mark.parametrize("column", ["id", "phone"])
def test_is_among_finds_the_rows_of_the_values_and_no_others(contact, column):
    values = [getattr(contact, column)]
    statement = f"SELECT id FROM contacts WHERE {is_among(column)}"  # noqa: S608
    found = []

    with connection.cursor() as cursor:
        for wanted in (values, []):
            cursor.execute(statement, [as_parameter(wanted)])
            found.append(cursor.fetchall())

    assert found == [[(contact.pk,)], []]
