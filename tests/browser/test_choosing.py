"""Fields whose choices are looked for, and rows within a form, by keyboard and to axe."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser import walk
from tests.browser.accessible import violations, with_axe
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAGS = ["Cliente de flota", "Cliente de feria"]
ANOTHER = "Cliente nuevo"


@pytest.fixture
def form(page: Page, site: Installation, rows: walk.Rows) -> str:
    """The address of a person's form, in an installation with three tags more."""
    for name in (*TAGS, ANOTHER):
        page.goto(f"{site.url}/admin/contacts/tag/add/")
        page.fill("[name=name]", name)
        with page.expect_response(saved_tag):
            page.click("[name=_save]")
    return f"{site.url}/admin/contacts/contact/{rows['contacts.contact'].pk}/edit/"


def saved_tag(answer: Response) -> bool:
    """Whether this is the answer to the form of a tag; a page posts other things meanwhile."""
    return answer.request.method == "POST" and "/tag/add/" in answer.url


def choose_both(page: Page) -> None:
    """Choose both by keyboard alone: what is chosen is not offered again."""
    field = page.get_by_role("combobox", name="Etiquetas")
    found = page.locator("#id_tags_list")
    for name in {*TAGS}.intersection(chosen(page)):  # another test has kept them
        page.get_by_role("button", name=re.compile(name)).click()
    for number in (2, 1):
        field.fill("cliente de")
        expect(found).to_be_visible()
        expect(found.get_by_role("option")).to_have_count(number)
        field.press("ArrowDown")
        field.press("Enter")
        expect(found).to_be_hidden()


def chosen(page: Page) -> list[str]:
    return page.eval_on_selector_all(
        "#id_tags option:checked", "all => all.map(one => one.textContent)"
    )


def test_several_are_chosen_by_keyboard_and_kept(page: Page, form: str, troubles: list[str]):
    page.goto(form)
    before = chosen(page)
    choose_both(page)
    page.get_by_role("combobox", name="Etiquetas").press("Escape")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.click("[name=_save]")

    page.goto(form)

    assert sorted(chosen(page)) == sorted({*before, *TAGS})
    assert troubles == []


def test_axe_finds_nothing_with_two_chosen(page: Page, form: str):
    with_axe(page.context)
    page.goto(form)
    choose_both(page)
    closed = violations(page)

    page.get_by_role("combobox", name="Etiquetas").fill("cliente")
    expect(page.locator("#id_tags_list")).to_be_visible()
    page.keyboard.press("ArrowDown")

    assert (closed, violations(page)) == ([], [])


def test_one_is_taken_away_again(page: Page, form: str):
    page.goto(form)
    choose_both(page)

    button = page.get_by_role("button", name=re.compile(TAGS[0]))
    button.click()

    expect(button).to_have_count(0)
    assert TAGS[0] not in chosen(page)
    assert page.evaluate("document.activeElement.id") == "id_tags_search"


def test_a_text_that_names_nothing_is_told_and_chooses_nothing(page: Page, form: str):
    page.goto(form)
    before = chosen(page)
    field = page.get_by_role("combobox", name="Etiquetas")

    field.fill("nada de esto")
    expect(page.get_by_text("No se encontró nada.")).to_be_visible()
    field.press("Enter")

    assert chosen(page) == before


def test_a_tag_made_in_a_window_beside_is_chosen(page: Page, form: str):
    page.goto(form)
    with page.expect_popup() as opened:
        page.click("#add_id_tags")
    window = opened.value
    window.fill("[name=name]", "De la ventana")
    with window.expect_event("close"):
        window.click("[name=_save]")

    expect(page.locator(".choose-chosen li", has_text="De la ventana")).to_be_visible()
    assert "De la ventana" in chosen(page)


def test_owner_of_a_vehicle_is_looked_for(page: Page, site: Installation, rows: walk.Rows):
    page.goto(f"{site.url}/admin/contacts/vehicle/{rows['contacts.vehicle'].pk}/change/")
    field = page.get_by_role("combobox", name="Contacto")
    named = field.input_value()

    field.fill("zzz")
    expect(page.get_by_role("status")).to_have_text("No se encontró nada.")
    page.get_by_label("Marca").focus()

    expect(field).to_have_value(named)


def test_another_contact_has_to_be_chosen_before_two_are_joined(
    page: Page, site: Installation, rows: walk.Rows
):
    url = f"{site.url}/admin/contacts/contact/{rows['contacts.contact'].pk}/merge/"
    page.goto(url)
    page.click("#content [type=submit]")

    assert page.url == url
    assert page.evaluate("document.activeElement.role") == "combobox"


def test_rows_are_added_and_taken_away(page: Page, form: str):
    page.goto(form)
    rows = page.locator("#vehicles-group tr.form-row:not(.empty-form)")
    total = page.locator("#id_vehicles-TOTAL_FORMS")
    before = rows.count()

    for _time in range(2):
        page.locator("#vehicles-group .add-row button").click()
    page.locator(f"[name=vehicles-{before + 1}-make]").fill("Kia")
    rows.nth(before).get_by_role("button").click()

    expect(rows).to_have_count(before + 1)
    expect(total).to_have_value(str(before + 1))
    expect(page.locator(f"[name=vehicles-{before}-make]")).to_have_value("Kia")
