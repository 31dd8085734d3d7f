"""A template from nothing: written, rejected, mended, approved, tested, and sent to customers."""

import re
from struct import pack
from zlib import compress, crc32

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_site import add_sender, choose, import_sample, launch
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What the review of the simulator takes, and what the sending of a campaign takes.
REVIEW_SECONDS = 60
SENDING_SECONDS = 30
AS_ADVERTISING = "Hola {{nombre}}, a tu {{modelo}} le toca mantención. Aprovecha la oferta del mes."
AS_A_NOTICE = "Hola {{nombre}}, a tu {{modelo}} le toca mantención. Hay horas desde el lunes."


def test_from_nothing_to_a_campaign_with_the_template(
    page: Page, site: Installation, troubles: list[str]
):
    add_sender(page, site)
    write(page, site)
    decided(page, "rechazada")
    expect(page.locator("#template-life")).to_contain_text("It promotes something")
    rejection_waits_on_the_first_page(page, site)

    mend(page)
    decided(page, "aprobada")
    send_to_oneself(page)
    import_sample(page, site)
    send_to_customers(page, site)

    expect(page.locator(".state-completed")).to_be_visible(timeout=SENDING_SECONDS * 1000)
    assert re.fullmatch("[1-9][0-9]*", page.locator(".funnel-number").first.inner_text())
    page.goto(f"{site.url}/admin/messaging/message/?is_test__exact=1")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    assert troubles == []


def write(page: Page, site: Installation) -> None:
    page.goto(f"{site.url}/admin/messaging/template/add/")
    page.fill("[name=name]", "aviso_mantencion")
    page.locator("[name=category][value=utility]").check(force=True)
    page.locator("[name=header_type][value=image]").check(force=True)
    upload(page)
    page.fill("[name=body]", AS_ADVERTISING)
    page.fill("[name=footer]", "Responde BAJA para no recibir más")
    add_button(page, "quick_reply", "Agendar hora")
    add_button(page, "phone", "Llamar al taller", "+56226180010")
    # What is typed is judged at once, beside its place.
    expect(page.locator("#content")).to_contain_text("suena a publicidad")
    page.click("[name=_submit]")


def upload(page: Page) -> None:
    """Choose the picture of the header, and see it on the phone before anything is saved."""
    picture = {"name": "Taller mayo.png", "mimeType": "image/png", "buffer": small_png()}
    page.set_input_files("[name=header_file]", picture)
    expect(page.locator(".kept-file")).to_contain_text("taller-mayo.png")
    shown = page.locator("#phone img.bubble-file")
    expect(shown).to_be_visible()
    assert shown.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 8


def small_png() -> bytes:
    """A picture of 8 by 8 points."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + kind + content + pack(">I", crc32(kind + content))

    header = chunk(b"IHDR", pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
    points = chunk(b"IDAT", compress((b"\0" + b"\x0b\x6a\x56" * 8) * 8))
    return b"\x89PNG\r\n\x1a\n" + header + points + chunk(b"IEND", b"")


def add_button(page: Page, kind: str, text: str, value: str = "") -> None:
    page.click("[data-add-button]")
    row = page.locator("#button-rows [data-button]").last
    row.locator("[name$=-type]").select_option(kind)
    row.locator("[name$=-text]").fill(text)
    if value:
        row.locator("[name$=-value]").fill(value)


def decided(page: Page, status: str) -> None:
    """Wait on the page of the template's life until it is decided."""
    page.wait_for_url(re.compile(r"/template/\d+/life/"))
    chip = page.locator("#template-life .chip").first
    expect(chip).to_have_text(re.compile(status, re.IGNORECASE), timeout=REVIEW_SECONDS * 1000)


def rejection_waits_on_the_first_page(page: Page, site: Installation) -> None:
    page.goto(f"{site.url}/admin/")
    matter = page.locator("#content li", has_text="rechazó la plantilla aviso_mantencion")
    expect(matter).to_be_visible()
    matter.locator("a").first.click()
    expect(page.locator("h1")).to_have_text("aviso_mantencion")


def mend(page: Page) -> None:
    if "/life/" in page.url:
        page.click(".page-sub a")
    page.fill("[name=body]", AS_A_NOTICE)
    expect(page.locator("#phone")).to_contain_text("Hay horas desde el lunes")
    what_acts_on_the_stored_text_waits(page)
    page.click("[name=_submit]")


def what_acts_on_the_stored_text_waits(page: Page) -> None:
    """Until the changes are saved."""
    at, waiting = page.url, page.locator("a[data-needs-saved][aria-disabled=true]")
    waiting.first.click(force=True)
    expect(page.locator("#unsaved")).to_contain_text("no se han guardado")
    assert page.url == at


def send_to_oneself(page: Page) -> None:
    page.goto(page.url.replace("/life/", "/test/"))
    page.fill("[name=phone]", "9 7540 0946")
    page.click("#content [type=submit]")
    expect(page.locator(".messagelist")).to_contain_text("+56975400946")


def send_to_customers(page: Page, site: Installation) -> None:
    page.goto(f"{site.url}/admin/campaigns/campaign/add/")
    choose(page, "sender", "Automotora")
    page.fill("[name=make]", "toyota")
    page.click("[name=_next]")
    expect(page.locator("#content")).to_contain_text("Agendar hora")
    page.click("[name=_next]")
    expect(page.locator("[name=start][value=now]")).to_be_checked()
    page.click("[name=_next]")
    page.wait_for_url(re.compile("/preflight/$"))
    launch(page)
