"""Filters of lists, saved under a name."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.models import Campaign
from contacts.privacy.subjects import subject_of
from tests.factories.people import person
from tests.factories.users import browser_of, permit_only
from waproject.accounts.models import User
from waproject.audit.models import Event
from waproject.site.saved.erasing import erase_saved_filters
from waproject.site.saved.models import SavedFilter

pytestmark = pytest.mark.django_db

LIST = reverse("admin:contacts_contact_changelist")
SAVE = reverse("admin:saved_filter_save", args=["contacts.contact"])


@pytest.fixture
def colleague() -> User:
    return User.objects.create_user("colega", is_staff=True)


@pytest.fixture
def seller(staff) -> Client:
    return browser_of(permit_only(staff, "view_contact"))


def kept(owner: User, **fields) -> SavedFilter:
    given = {"model": "contacts.contact", "name": "Kias", "query": "make=Kia", **fields}
    return SavedFilter.objects.create(owner=owner, **given)


def address(verb: str, saved: SavedFilter) -> str:
    return reverse(f"admin:saved_filter_{verb}", args=[saved.pk])


def test_filters_are_saved_without_page_and_order(seller, staff):
    answer = seller.post(SAVE, {"name": "Kias", "query": "o=1&make=Kia&p=2&q="})

    saved = SavedFilter.objects.get()
    assert (saved.owner, saved.name, saved.query, saved.is_shared) == (
        *(staff, "Kias", "make=Kia"),
        False,
    )
    assert answer.url == f"{LIST}?make=Kia"
    assert not Event.objects.filter(action__startswith="saved.").exists()


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"name": "", "query": "make=Kia"}, "Give the filter a name of at most 60 characters."),
        ({"name": "x" * 61, "query": "make=Kia"}, "Give the filter a name of at most 60"),
        ({"name": "Todo", "query": "o=1"}, "The list shows everything"),
        ({"name": "Ana", "query": "q=%2B56975400946"}, "A search by a phone or an e-mail"),
        ({"name": "Ana", "query": "q=ana@example.com"}, "A search by a phone or an e-mail"),
        ({"name": "Ya", "query": "make=Fiat"}, "There is already a filter with this name."),
        ({"name": "Largo", "query": "make=" + "x" * 1_000}, "These are too many filters"),
    ],
)
def test_what_cannot_be_saved_is_said(seller, staff, posted, sentence):
    kept(staff, name="Ya")

    page = seller.post(SAVE, posted, follow=True).content.decode()

    assert sentence in page
    assert SavedFilter.objects.count() == 1


def test_list_offers_own_filters_and_those_for_everyone(seller, staff, colleague):
    kept(staff, name="Míos")
    kept(colleague, name="De otra persona")
    kept(colleague, name="De la casa", is_shared=True)
    kept(staff, name="De otra lista", model="contacts.tag")

    page = seller.get(LIST, {"make": "Kia"}).content.decode()

    offered = ("Míos", "De otra persona", "De la casa", "De otra lista")
    assert [name in page for name in offered] == [True, False, True, False]


def test_for_everyone_needs_the_right_and_is_logged(seller, staff, superuser):
    posted = {"name": "Kias", "query": "make=Kia", "is_shared": "on"}

    assert seller.post(SAVE, posted).status_code == 403
    browser_of(superuser).post(SAVE, posted)

    assert SavedFilter.objects.get().owner == superuser
    assert [event.action for event in Event.objects.filter(action__startswith="saved.")] == [
        "saved.share"
    ]


def test_own_filter_is_renamed_and_deleted(seller, staff):
    saved = kept(staff)

    seller.post(address("rename", saved), {"name": "Solo Kia"})
    assert SavedFilter.objects.get().name == "Solo Kia"

    seller.post(address("delete", saved))
    assert not SavedFilter.objects.exists()


def test_filter_of_another_is_not_touched(seller, colleague):
    own, shared = kept(colleague), kept(colleague, name="De la casa", is_shared=True)

    answers = [seller.post(address("delete", one)).status_code for one in (own, shared)]

    assert answers == [404, 403]
    assert SavedFilter.objects.count() == 2


def test_list_that_may_not_be_seen_keeps_no_filters(client, staff):
    answer = browser_of(permit_only(staff, "view_template")).post(
        SAVE, {"name": "a", "query": "q=a"}
    )

    assert answer.status_code == 403


def test_erasure_takes_the_filters_that_name_the_person(staff):
    ana = person(name="Ana Peña")
    kept(staff, name="Buscada", query="q=ana+pe%C3%B1a+soto")
    kept(staff, name="Lista de Ana Peña")
    kept(staff, name="Otra Ana", query="q=ana")

    erased = erase_saved_filters(subject_of(ana))

    assert erased == {"saved filters": 2}
    assert SavedFilter.objects.get().name == "Otra Ana"


NEW_CAMPAIGN = reverse("admin:campaigns_campaign_add")


def test_a_new_campaign_begins_with_a_saved_filter(staff, sender, contact):
    kept(staff)
    rights = ("view_contact", "view_campaign", "add_campaign", "change_campaign")
    browser = browser_of(permit_only(staff, *rights))

    page = browser.get(NEW_CAMPAIGN)
    answer = browser.post(reverse("admin:campaigns_campaign_for_people"), {"people": "make=Kia"})

    assertContains(page, 'name="people" value="make=Kia"')
    draft = Campaign.objects.get()
    assert draft.audience["make"] == ["Kia"]
    assert answer.url == reverse("admin:campaigns_campaign_change", args=[draft.pk])


def test_a_new_campaign_offers_no_filters_of_others_and_none_to_whom_sees_no_people(
    staff, colleague, sender
):
    kept(colleague, name="Ajeno")
    kept(colleague, name="De todos", is_shared=True)
    seeing = ("view_contact", "view_campaign", "add_campaign")
    page = browser_of(permit_only(staff, *seeing)).get(NEW_CAMPAIGN)
    blind = browser_of(permit_only(staff, *seeing[1:])).get(NEW_CAMPAIGN)

    assert ("De todos" in page.text, "Ajeno" in page.text) == (True, False)
    assertNotContains(blind, "De todos")
