"""The pages on which staff join two contacts."""

from unittest.mock import Mock

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from contacts.merging import CannotMerge
from contacts.models import Contact
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db
LIST = reverse("admin:contacts_contact_changelist")


@pytest.fixture
def other(db) -> Contact:
    return Contact.objects.create(phone="+56990080338", name="Juanito", email="j@x.cl")


def page_of(contact: Contact) -> str:
    return reverse("admin:contacts_contact_merge", args=[contact.pk])


def choose(client, *people: Contact):
    data = {"action": "merge_selected", "_selected_action": [one.pk for one in people]}
    return client.post(LIST, data)


def test_page_of_a_contact_leads_to_the_merge(boss, contact):
    response = boss.get(reverse("admin:contacts_contact_change", args=[contact.pk]))

    assertContains(response, page_of(contact))


def test_page_asks_for_the_other_contact_first(boss, contact):
    assertContains(boss.get(page_of(contact)), 'name="other"')


def test_page_shows_what_would_be_joined_and_changes_nothing(boss, contact, other):
    response = boss.get(page_of(contact), {"other": other.pk})

    assertContains(response, "j@x.cl", count=2)
    assertContains(response, f"{page_of(other)}?other={contact.pk}")
    assert Contact.objects.count() == 2


def test_page_joins_and_says_so(boss, contact, other):
    response = boss.post(page_of(contact), {"other": other.pk})

    one = Contact.objects.get()
    assertRedirects(response, reverse("admin:contacts_contact_change", args=[contact.pk]))
    assert (one.pk, one.email, Event.objects.get().action) == (
        contact.pk,
        "j@x.cl",
        "contacts.merge",
    )


def test_page_refuses_the_contact_itself(boss, contact):
    boss.post(page_of(contact), {"other": contact.pk})

    assert Contact.objects.get() == contact


def test_page_says_why_two_contacts_cannot_be_joined_now(boss, contact, other, monkeypatch):
    waits = Mock(side_effect=CannotMerge("A message to this person is being sent."))
    monkeypatch.setattr("contacts.merging.preview.merge", waits)

    response = boss.get(page_of(contact), {"other": other.pk})

    assertContains(response, "A message to this person is being sent.")


def test_action_leads_to_the_page_of_two_chosen_people(boss, contact, other):
    first, second = sorted([contact, other], key=lambda one: one.pk)

    response = choose(boss, second, first)

    assertRedirects(response, f"{page_of(first)}?other={second.pk}")


def test_action_asks_for_two_people(boss, contact):
    response = choose(boss, contact)

    assert [str(one) for one in response.wsgi_request._messages] == ["Choose two people to join."]


def test_page_says_that_another_click_was_faster(boss, contact, other, monkeypatch):
    """Two posts at once: the second finds one of the contacts gone."""
    gone = Mock(side_effect=Contact.DoesNotExist)
    monkeypatch.setattr("contacts.admin.merging.merge", gone)

    response = boss.post(page_of(contact), {"other": other.pk}, follow=True)

    assertContains(response, "One of the two contacts is gone")
