"""How the lists are drawn: titles in the cells, numbers at the right, states as chips, filters."""

import re
from datetime import date

import pytest
from axes.models import AccessAttempt
from django.urls import reverse
from pytest_django.asserts import assertContains

from campaigns.models import Campaign
from contacts.models import Contact, Vehicle
from messaging.models import Account
from messaging.pricing.models import Price
from waproject.site.lists.cells import _NUMBER
from waproject.site.lists.tags import chosen

pytestmark = pytest.mark.django_db

CONTACTS = reverse("admin:contacts_contact_changelist")
CAMPAIGNS = reverse("admin:campaigns_campaign_changelist")


def cell(page, field: str) -> str:
    return re.search(rf'<t[dh] class="[^"]*field-{field}[ "].*?</t[dh]>', page.text, re.DOTALL)[0]


def test_cells_say_their_titles(boss, contact):
    assert 'data-label="Vehicles"' in cell(boss.get(CONTACTS), "vehicle_summary")


def test_a_state_is_a_chip(boss, contact):
    page = boss.get(CONTACTS)
    Contact.objects.update(status="invalid")
    bad = boss.get(CONTACTS)

    assert '<span class="chip chip-usual">Active</span>' in cell(page, "status")
    assert '<span class="chip chip-bad">Invalid</span>' in cell(bad, "status")


def test_a_choice_begins_with_a_capital_and_a_day_is_said(boss):
    Price.objects.update(valid_from=date(2020, 3, 12))

    page = boss.get(reverse("admin:pricing_price_changelist"))

    assert ">WhatsApp: the provider" in cell(page, "charge")
    assert ">03/12/2020<" in cell(page, "valid_from")


def test_an_empty_list_says_what_it_is_for(boss):
    page = boss.get(reverse("admin:pricing_exchangerate_changelist"))

    assertContains(page, "costs in the currency of the provider")


def test_numbers_stand_at_the_right_and_names_do_not(boss, contact):
    Vehicle.objects.create(contact=contact, make="Kia", model="Rio", year=2015)
    page = boss.get(reverse("admin:contacts_vehicle_changelist"))

    assert 'class="field-year number"' in cell(page, "year")
    assert "number" not in cell(page, "make")
    assert re.search(r'<th scope="col" class="number [^"]*column-year', page.text)


@pytest.mark.parametrize(
    ("text", "is_number"),
    [
        ("2.070", True),
        ("76,5\u00a0%", True),
        ("$13.910.000", True),
        ("12-03-2026", False),
        ("+56975400946", False),
        ("Kia 3", False),
    ],
)
def test_what_counts_as_a_number(text, is_number):
    assert bool(_NUMBER.fullmatch(text)) is is_number


def test_an_empty_cell_is_marked(boss, contact):
    assert " none" in cell(boss.get(CONTACTS), "vehicle_summary").split(">")[0]


def test_text_of_a_cell_stays_escaped(boss, campaign):
    Campaign.objects.update(name="<b>12</b>")

    assert "&lt;b&gt;12&lt;/b&gt;" in cell(boss.get(CAMPAIGNS), "title")


def test_a_filter_says_what_is_chosen(boss, contact):
    page = boss.get(CONTACTS, {"status__exact": "active"})

    chosen = r'<details class="pill pill-on".*?<summary><span>Status: active'
    assert re.search(chosen, page.text, re.S)
    assert "Clear all filters" in page.text


def test_a_filter_of_vehicles_says_what_is_chosen(boss, contact):
    page = boss.get(CONTACTS, {"make": "Kia", "year_from": "2016"})

    assert "<summary><span>Kia, year from 2016" in page.text


def test_chosen_is_nothing_while_a_filter_lets_all_through():
    assert chosen([{"display": "All", "selected": True}, {"display": "1", "selected": False}]) == ""


def test_an_empty_list_says_why(boss):
    assert "Nothing here yet" in boss.get(CONTACTS).text
    assert "Nothing matches" in boss.get(CONTACTS, {"q": "nobody"}).text


def test_pages_say_which_rows_they_show(boss, make_contacts):
    make_contacts(51)

    assert "1 to 50 of 51 contacts" in " ".join(boss.get(CONTACTS).text.split())
    assert "51 to 51 of 51 contacts" in " ".join(boss.get(CONTACTS, {"p": 2}).text.split())


@pytest.fixture
def make_contacts():
    def make(count: int) -> None:
        Contact.objects.bulk_create(
            Contact(phone=f"+5697540{number:04}") for number in range(count)
        )

    return make


def test_labels_of_a_form_have_no_colon(boss):
    page = boss.get(reverse("admin:contacts_contact_add"))

    assert re.search(r"<label[^>]*>Name</label>", page.text)


@pytest.mark.parametrize("name", ["inbox_inboxrules_changelist", "messaging_account_add"])
def test_moments_are_asked_for_by_the_browser_s_own_fields(boss, name):
    page = boss.get(reverse(f"admin:{name}"), follow=True).text

    assert 'type="time"' in page or 'type="datetime-local"' in page
    assert not {one for one in ("vTimeField", "vDateField") if one in page}


def test_page_of_a_failed_log_in_is_in_our_words(boss):
    attempt = AccessAttempt.objects.create(username="ana", failures_since_start=1)

    pages = [
        boss.get(reverse(f"admin:axes_accessattempt_{name}", args=[attempt.pk])).text
        for name in ("change", "history")
    ]

    assert not any("Attempted Access" in page for page in pages)


def test_the_choices_of_a_form_begin_with_capitals_and_its_names_stay(boss, contact):
    Account.objects.create(name="sur", external_id="AC" + "7" * 32, access_token="t")

    page = boss.get(reverse("admin:messaging_sender_add"))

    assert ">In use</option>" in page.text
    assert ">sur</option>" in page.text
