"""Files, searches and forms for who must read addresses masked. The pages: test_access.py."""

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from tests.factories.users import browser_of, permit_all_but
from tests.waproject.access import ADDRESSES, EMAIL, PHONE, USER_ID, make_rows_of_business
from waproject.accounts.models import User
from waproject.core.exports.sources import Wish
from waproject.core.exports.work import start_export
from waproject.core.jobs.operations import run

SHOWN = "+56 9 •••• 0946"

pytestmark = pytest.mark.django_db


@pytest.fixture
def zacarias() -> Contact:
    return make_rows_of_business()["contacts.contact"]


@pytest.fixture
def user(staff: User) -> User:
    return permit_all_but(staff, "view_full_address")


@pytest.fixture
def browser(user: User) -> Client:
    return browser_of(user)


def shown_in(text: str) -> list[str]:
    return [one for one in ADDRESSES if one in text]


@pytest.mark.parametrize(
    ("page", "columns"),
    [
        ("contacts_contact", ["phone", "latest_user_id", "email", "name"]),
        ("optouts_optout", ["phone", "whatsapp_user_id", "name"]),
        ("campaigns_recipient", ["phone", "name", "body", "error_message"]),
        ("messaging_message", ["phone", "name", "body", "error_message"]),
        ("messaging_conversation", ["phone", "name", "last_message_body"]),
        ("optouts_hold", ["phone", "name", "text", "phrase", "note"]),
    ],
)
def test_an_exported_list_has_masked_addresses(zacarias, browser, page, columns):
    suffix = "export" if page == "contacts_contact" else "resource"
    prefix = page.partition("_")[2] + suffix
    chosen = {f"{prefix}_{name}": "on" for name in columns}

    file = browser.post(reverse(f"admin:{page}_export"), {"format": "0", "resource": "0", **chosen})

    text = file.content.decode()
    assert (shown_in(text), SHOWN in text, "Zacarías" in text) == ([], True, True)


def test_an_export_in_the_background_is_written_for_its_owner(zacarias, user, private_files):
    wish = Wish("list", "contacts.contact", columns=["phone", "latest_user_id", "email"])
    job = start_export(wish, "personas.csv", by=user)

    run(job.pk)

    job.refresh_from_db()
    text = (private_files / job.stored_as).read_text()
    assert (shown_in(text), SHOWN in text) == ([], True)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_report_has_masked_addresses(zacarias, browser, form):
    url = reverse("admin:report", args=["opt_outs"], query={"format": form})

    text = browser.get(url).content.decode()

    assert (shown_in(text), SHOWN in text) == ([], True)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (PHONE, 1),
        ("9 7540 0946", 1),
        (PHONE[:-1], 0),
        ("+5697", 0),
        (EMAIL, 1),
        ("zacarias@", 0),
        (USER_ID, 1),
        (USER_ID[:-1], 0),
        ("zacarías", 1),
    ],
)
def test_a_masked_address_is_found_whole_alone(zacarias, browser, typed, found):
    page = browser.get(reverse("admin:contacts_contact_changelist"), {"q": typed})

    assert page.context["cl"].result_count == found


def test_a_list_is_not_filtered_by_the_letters_of_a_masked_address(zacarias, browser, boss):
    query = {"phone__startswith": "+5697"}

    urls = [reverse("admin:contacts_contact_changelist", query=query)]
    urls.append(reverse("admin:messaging_message_changelist", query=query))

    assert [browser.get(url).status_code for url in urls] == [400, 400]
    assert [boss.get(url).status_code for url in urls] == [200, 200]


def test_the_form_of_a_person_changes_no_masked_address(zacarias, browser):
    url = reverse("admin:contacts_contact_change", args=[zacarias.pk])
    inlines = {
        f"{name}-{what}": "0"
        for name in ("addresses", "vehicles")
        for what in ("TOTAL_FORMS", "INITIAL_FORMS")
    }

    page = browser.post(url, {"name": "Zacarías", "phone": "", "email": "x@y.cl", **inlines})

    zacarias.refresh_from_db()
    assert page.status_code == 302
    assert (zacarias.name, zacarias.phone, zacarias.email) == ("Zacarías", PHONE, EMAIL)
    assert zacarias.whatsapp_user_id == USER_ID


def test_an_operator_at_the_command_line_reads_addresses_in_full(zacarias):
    assert "+56 9 7540 0946" in str(zacarias)
