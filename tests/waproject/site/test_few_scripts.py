"""What the admin's pages load."""

import re

import pytest
from django.urls import reverse

CONTACTS = reverse("admin:contacts_contact_changelist")
# Of Django's admin, and what needs it.
OTHERS = {"jquery", "urlify", "xregexp", "select2", "inlines", "RelatedObjectLookups"}


def scripts(page: str) -> set[str]:
    """The names of the scripts of a page."""
    return set(re.findall(r'<script src="[^"]*/([\w.]+?)(?:\.[0-9a-f]{12})?(?:\.min)?\.js"', page))


def test_a_list_loads_no_script_of_forms(boss, contact):
    loaded = scripts(boss.get(CONTACTS).text)

    assert loaded & {"core", "related", *OTHERS} == set()
    assert "actions" in loaded


@pytest.mark.parametrize("page", [f"{CONTACTS}?_popup=1", f"{CONTACTS}add/"])
def test_what_a_form_needs_is_loaded_by_it_and_by_the_list_it_opens(boss, page):
    loaded = scripts(boss.get(page).text)

    assert loaded >= {"core", "related"}
    assert loaded & OTHERS == set()


def test_a_form_with_choices_and_rows_loads_ours(boss):
    assert scripts(boss.get(f"{CONTACTS}add/").text) >= {"choose", "rows"}


def test_a_form_loads_no_script_of_lists(boss):
    assert "actions" not in scripts(boss.get(f"{CONTACTS}add/").text)
