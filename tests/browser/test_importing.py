"""An import as a person does it, in a real browser: from the file to the people in the contacts."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.accessible import violations, with_axe
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# As a Spanish Excel writes it.
LIST = """Nombre;Celular;Marca;Modelo;Año
Begoña Ñancupil;9 8765 0001;Toyota;Yaris;2019
Íñigo Lagos;9876;Kia;Rio;2020
Luz Vera;98765;;;
"""
DROP = """
([place, name, text]) => {
  const dragged = new DataTransfer();
  dragged.items.add(new File([text], name));
  place.dispatchEvent(new DragEvent("drop", {dataTransfer: dragged, bubbles: true}));
}
"""


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "feria de mayo.csv"
    path.write_text(LIST, encoding="cp1252")
    return path


def upload(page: Page, site: Installation, file: Path) -> None:
    page.goto(f"{site.url}/admin/contacts/importjob/")
    page.click("text=Importar contactos")
    page.set_input_files("[name=import_file]", file)
    expect(page.locator(".drop-chosen")).to_contain_text("feria de mayo.csv")
    page.click("#content [type=submit]")


def add_sender(page: Page, site: Installation) -> None:
    """A campaign needs one."""
    page.goto(f"{site.url}/admin/messaging/sender/add/")
    page.fill("[name=name]", "Ventas")
    page.select_option("[name=channel]", "whatsapp")
    page.fill("[name=address]", "+56226180099")
    page.click("[name=_save]")
    page.wait_for_url(re.compile(r"/messaging/sender/$"))


def confirm(page: Page) -> None:
    page.click("[name=confirm]")
    page.wait_for_url(re.compile(r"/importjob/\d+/change/"))


def test_from_the_file_to_its_people(
    page: Page, site: Installation, file: Path, troubles: list[str]
):
    add_sender(page, site)
    upload(page, site, file)
    page.fill("[name='mend-3-1']", "9 8765 0002")
    page.click("[name=check]")
    expect(page.locator(".note-good")).to_contain_text("línea 3")
    confirm(page)
    page.click("text=Ver a estas personas")

    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    expect(page.locator("#result_list")).to_contain_text("Begoña Ñancupil")
    expect(page.locator("#result_list .tag", has_text="feria de mayo")).to_have_count(2)
    page.go_back()
    page.click("#import-progress .offer button")
    page.wait_for_url(re.compile(r"/campaign/\d+/change/"))
    assert troubles == []


def test_pages_of_an_import_have_no_barriers(
    context: BrowserContext, page: Page, site: Installation, file: Path
):
    with_axe(context)
    upload(page, site, file)
    found = violations(page)
    confirm(page)

    assert found + violations(page) == []


def test_file_can_be_dragged_onto_its_place(page: Page, site: Installation, troubles: list[str]):
    page.goto(f"{site.url}/admin/contacts/contact/import/")
    place = page.locator("[data-drop]").element_handle()
    page.evaluate(DROP, [place, "arrastrado.csv", "telefono;nombre\n987650003;Ana\n"])
    expect(page.locator(".drop-chosen")).to_contain_text("arrastrado.csv")

    page.click("#content [type=submit]")

    expect(page.locator("[name=confirm]")).to_have_text("Importar 1 persona")
    assert page.input_value("[name=tag]") == "arrastrado"
    assert troubles == []
