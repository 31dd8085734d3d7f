"""From a list in a file to a campaign that is being sent, as somebody does it who is new here.

Each click is counted. What is typed, chosen from a list by keyboard or sent by Enter is no click.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_site import add_sender, add_template
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# From the first page to a campaign under way, the choice of the file included.
MOST_CLICKS = 12
SENDING_SECONDS = 30
# As a Spanish Excel writes it: semicolons, Latin letters of one byte, a price with points.
HEAD = "Nombre;Celular;Marca;Modelo;Año;Precio\r\n"
NAMES = ("Begoña Ñancupil", "Íñigo Muñoz", "José Peña", "Ángela Núñez", "Raúl Güell")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [
        f"{NAMES[number % len(NAMES)]};9 6543 {number:04};Toyota;Yaris;2019;$ 8.990.000\r\n"
        for number in range(25)
    ]
    path = tmp_path / "clientes de marzo.csv"
    path.write_text(HEAD + "".join(rows), encoding="cp1252")
    return path


class Hand:
    """Clicks, and counts how often."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.clicks: list[str] = []

    def click(self, target: str) -> None:
        self.clicks.append(target)
        self._page.click(target)

    def choose_file(self, button: str, file: Path) -> None:
        """A click that opens the browser's own dialogue, and one in there."""
        with self._page.expect_file_chooser() as chooser:
            self.click(button)
        self.clicks.append("the file")
        chooser.value.set_files(file)


def test_from_a_file_to_a_campaign_under_way_in_few_clicks(
    page: Page, site: Installation, file: Path, troubles: list[str]
):
    add_sender(page, site)
    add_template(page, site)
    page.goto(f"{site.url}/admin/")
    hand = Hand(page)

    hand.click("text=Importar contactos")
    hand.choose_file("[name=import_file]", file)
    hand.click("#content [type=submit]")
    expect(page.locator("#content")).to_contain_text("Begoña Ñancupil")
    hand.click("[name=confirm]")
    page.wait_for_url(re.compile(r"/importjob/\d+/change/"))
    expect(page.locator(".offer button")).to_have_text("Crear campaña para estas 25 personas")
    hand.click(".offer button")
    page.wait_for_url(re.compile(r"/campaign/\d+/change/"))
    expect(page.locator("#content aside")).to_contain_text("25 personas")
    for step in ("what", "when"):  # to whom it goes is known
        expect(page.locator("#content [name=step]")).to_have_value(step)
        hand.click("[name=_next]")
    page.wait_for_url(re.compile("/preflight/$"))
    expect(page.locator(".people-number").first).to_have_text("25")
    launch(page, hand)

    expect(page.locator(".state-active, .state-completed")).to_be_visible()
    expect(page.locator(".state-completed")).to_be_visible(timeout=SENDING_SECONDS * 1000)
    expect(page.locator(".funnel-number").first).to_have_text("25")
    assert len(hand.clicks) <= MOST_CLICKS, hand.clicks
    assert troubles == []


def launch(page: Page, hand: Hand) -> None:
    """Send it; at night, when one is asked again, all the same."""
    if page.locator("[name=accept_warnings]").count():
        hand.click("[name=accept_warnings]")
    hand.click("button[value=now]")
    if page.locator("[name=confirmed]").count():
        page.click("button[value=now]")  # in the day nobody is asked
