import pytest

from contacts.models import Tag
from waproject.core.integrity import NAMED, broken


@pytest.fixture
def tags(db):
    return [Tag.objects.create(name=f"tag {number}") for number in range(NAMED + 2)]


def test_broken_names_the_rows_that_a_check_finds(tags):
    found = Tag.objects.filter(pk__in=[tags[1].pk, tags[0].pk])

    said = list(broken([(lambda: found, "Wrong: %(rows)s.")]))

    assert said == [f"Wrong: {tags[0].pk}, {tags[1].pk}."]


def test_broken_names_the_first_rows_and_counts_the_others(tags):
    first = ", ".join(str(tag.pk) for tag in tags[:NAMED])

    said = list(broken([(Tag.objects.all, "Wrong: %(rows)s.")]))

    assert said == [f"Wrong: {first} and 2 more."]


def test_broken_says_nothing_of_a_check_that_finds_nobody(db):
    assert list(broken([(Tag.objects.none, "Wrong: %(rows)s.")])) == []
