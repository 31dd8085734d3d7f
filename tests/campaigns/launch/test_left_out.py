import pytest

from campaigns.launch import left_out
from campaigns.launch.left_out import people_left_out
from contacts.models import Contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(campaign) -> list[Contact]:
    """Everyone; the second and the fifth opted out."""
    Contact.objects.all().delete()
    people = Contact.objects.bulk_create(
        Contact(phone=f"+5697000000{number}", name="Ana") for number in range(5)
    )
    Contact.objects.filter(pk__in=[people[1].pk, people[4].pk]).update(status="opted_out")
    campaign.audience = {}
    return people


@pytest.fixture(autouse=True)
def three_at_a_time(monkeypatch) -> None:
    monkeypatch.setattr(left_out, "LOOKED_AT", 3)
    monkeypatch.setattr(left_out, "LOOKED_AT_BARRED", 1)


@pytest.mark.parametrize("code", ["", "opted_out"])
def test_people_left_out_are_found_some_at_a_time(campaign, five, code):
    first = people_left_out(campaign, code)
    second = people_left_out(campaign, code, after=first.after or 0)

    found = [[one.contact.pk for one in part.people] for part in (first, second)]
    assert found == [[five[1].pk], [five[4].pk]]
    assert (first.after is not None, second.after) == (True, None)


def test_each_says_its_reason(campaign, five):
    [found] = people_left_out(campaign, "opted_out").people

    assert found.reason.code == "opted_out"


def test_stretch_without_anybody_leads_on(campaign, five):
    Contact.objects.filter(pk=five[1].pk).update(status="active")

    found = people_left_out(campaign)

    assert (found.people, found.after) == ([], five[2].pk)


def test_audience_of_nobody_leads_nowhere(campaign):
    Contact.objects.all().delete()

    found = people_left_out(campaign)

    assert (found.people, found.after) == ([], None)
