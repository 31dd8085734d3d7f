"""The composer in a real browser: the window, answers for later, and several files."""

import base64
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.factories.files import png
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IN_THE_BUSINESS = """
from datetime import timedelta
from django.utils import timezone
from contacts.models import Contact
from messaging.models import Conversation, Message, Sender
from tests.browser.senders import new_sender
from tests.browser.talks import in_use
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
with in_tenant(Tenant.objects.get().pk):
    now = timezone.now()
"""
# Somebody wrote just now. The window is longer than WhatsApp's: tomorrow at nine is always in it.
MAKE = """
    sender = new_sender({name!r})
    person = Contact.objects.create(phone="+5696{number:07}", name={name!r})
    talk = Conversation.objects.create(
        sender=sender, contact=person, last_inbound_at=now, last_inbound_body="Hola",
        last_message_at=now, last_message_body="Hola", window_expires_at=now + {window},
    )
    Message.objects.create(
        conversation=talk, contact=person, direction="inbound", status="received",
        phone=person.phone, body="Hola", message_sid="SM" + {name!r}, created_at=now,
    )
    print(talk.pk)
"""
OFFER = """
    from messaging.approvals.following import new_template
    from waproject.accounts.actors import SYSTEM
    in_use(new_template("visita", by=SYSTEM, status="approved", content_sid="HX" + "e" * 32,
        body="¿Cuándo es la visita?", category="utility"))
"""
WINDOW = "    Conversation.objects.filter(pk={talk}).update(window_expires_at=now + {window})"
SMS = "    Sender.objects.filter(conversations={talk}).update(channel='sms', sends_files={sends})"
# Files as they come by a paste or a drop.
HAND_OVER = """
([event, files]) => {
  const all = new DataTransfer(), field = document.getElementById("reply");
  for (const { name, type, data } of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    all.items.add(new File([bytes], name, { type }));
  }
  const shared = { bubbles: true, cancelable: true };
  field.dispatchEvent(event === "paste"
    ? new ClipboardEvent("paste", { ...shared, clipboardData: all })
    : new DragEvent("drop", { ...shared, dataTransfer: all }));
}
"""


def run(site: Installation, code: str) -> str:
    return site.manage("shell", "--verbosity=0", "--command", f"{IN_THE_BUSINESS}{code}")


def opened(page: Page, site: Installation, name: str, window: str = "timedelta(hours=47)") -> int:
    """A new conversation with somebody of this name, open in the browser."""
    number = sum(map(ord, name))
    talk = int(run(site, MAKE.format(name=name, number=number, window=window)).split()[-1])
    page.goto(f"{site.url}/admin/inbox/?view=all&talk={talk}")
    return talk


def file(name: str, type_: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": type_, "buffer": data}


def hand_over(page: Page, event: str, *files: dict[str, Any]) -> None:
    told = [
        {
            "name": one["name"],
            "type": one["mimeType"],
            "data": base64.b64encode(one["buffer"]).decode(),
        }
        for one in files
    ]
    page.evaluate(HAND_OVER, [event, told])


def waiting(page: Page) -> Locator:
    return page.locator("#thread .waiting")


def ways(page: Page) -> None:
    """Open the menu with the other ways to send."""
    page.locator("#composer details.more.of-answer:not(.emoji) > summary").click()


# --- The window -------------------------------------------------------------------------


def test_the_window_counts_down_by_itself(page: Page, site: Installation, troubles: list[str]):
    opened(page, site, "Cuenta", "timedelta(hours=3, seconds=8)")
    # Nothing comes from the server: the page counts.
    page.route("**/inbox/live/**", lambda route: route.fulfill(status=204))
    left = page.locator("#talk-head .window span")

    expect(left).to_contain_text("3:00")
    expect(left).to_contain_text("2:59", timeout=12_000)
    assert troubles == []


def test_a_window_that_shuts_gives_its_sentence_and_the_templates(
    page: Page, site: Installation, troubles: list[str]
):
    run(site, OFFER)
    talk = opened(page, site, "Cierre")
    expect(page.locator("#composer [name=kind][value=answer]")).to_be_checked()

    run(site, WINDOW.format(talk=talk, window="timedelta(seconds=1)"))

    said = page.locator("#composer > .note-warn")
    expect(said).to_contain_text("24 horas", timeout=10_000)
    expect(page.locator("#composer .offer-list")).to_contain_text("¿Cuándo es la visita?")
    expect(page.locator("#composer [name=kind][value=answer]")).to_have_count(0)
    expect(page.locator("#talk-head .window")).to_have_count(0)
    assert troubles == []


# --- Answers for later ------------------------------------------------------------------


def test_an_answer_waits_for_tomorrow_at_nine_and_is_taken_back(
    page: Page, site: Installation, troubles: list[str]
):
    opened(page, site, "Mañana")
    page.locator("#reply").fill("Buenos días")

    ways(page)
    page.locator("#composer [name=tomorrow]").click()

    expect(waiting(page)).to_contain_text("Buenos días")
    expect(waiting(page)).to_contain_text(re.compile(r"sale .* 0?9:00"))
    expect(page.locator("#reply")).to_have_value("")

    waiting(page).locator("button").click()
    expect(waiting(page)).to_have_count(0)
    expect(page.locator("#reply")).to_have_value("Buenos días")
    assert troubles == []


def test_an_answer_waits_for_a_time_of_ones_own(
    page: Page, site: Installation, troubles: list[str]
):
    opened(page, site, "Hora")
    page.locator("#reply").fill("Más tarde")
    ways(page)
    field = page.locator("#send-at")
    at = datetime.fromisoformat(str(field.get_attribute("min"))) + timedelta(hours=3)

    field.fill(f"{at:%Y-%m-%dT%H:%M}")
    field.press("Enter")

    expect(waiting(page)).to_contain_text("Más tarde")
    expect(waiting(page)).to_contain_text(f"sale el {at.day} ")
    expect(waiting(page)).to_contain_text(f"{at:%H:%M}")

    page.reload()
    waiting(page).locator("button").click()
    expect(page.locator("#reply")).to_have_value("Más tarde")
    assert troubles == []


# --- Files ------------------------------------------------------------------------------


def test_several_files_are_chosen_removed_and_sent(
    page: Page, site: Installation, troubles: list[str]
):
    opened(page, site, "Archivos")
    chips = page.locator("#composer .composer-files li")
    auto, pdf = (
        file("auto.png", "image/png", png()),
        file("ficha.pdf", "application/pdf", b"%PDF-1"),
    )

    page.locator("#composer input[name=file]").set_input_files([auto, pdf])
    expect(chips).to_have_count(2)
    expect(chips.first).to_contain_text("auto.png")
    expect(chips.first).to_contain_text("kB")

    # What is chosen, pasted or dropped after it comes to it.
    page.locator("#composer input[name=file]").set_input_files([file("a.png", "image/png", png(9))])
    hand_over(page, "paste", file("pegada.png", "image/png", png(12)))
    hand_over(page, "drop", file("caida.png", "image/png", png(15)))
    expect(chips).to_have_text(
        [re.compile(one) for one in ("auto", "ficha", "a.", "pegada", "caida")]
    )

    for name in ("a.png", "ficha.pdf", "caida.png"):
        page.get_by_role("button", name=f"Quitar {name}").click()
    expect(chips).to_have_text([re.compile("auto.png"), re.compile("pegada.png")])

    page.locator("#reply").fill("Mire")
    page.locator("#reply").press("Control+Enter")
    expect(waiting(page)).to_have_count(2)
    expect(waiting(page).last).to_be_in_viewport(ratio=0.9)
    expect(chips).to_have_count(0)

    # Both have left, the text with the first.
    sent = page.locator("#thread .bubble.out:not(.waiting)")
    expect(sent).to_have_count(2, timeout=25_000)
    expect(sent.first).to_contain_text("Mire")
    expect(sent.locator("img")).to_have_count(2)
    assert troubles == []


def test_what_is_not_taken_is_said_at_once(page: Page, site: Installation, troubles: list[str]):
    opened(page, site, "Límites")
    chips, told = page.locator("#composer .composer-files li"), page.locator(".composer-told")
    large = file("enorme.png", "image/png", png() + bytes(5 * 1024 * 1024))

    page.locator("#composer input[name=file]").set_input_files(
        [file("pagina.html", "text/html", b"<html>"), large, file("auto.png", "image/png", png())]
    )

    expect(chips).to_have_text([re.compile("auto.png")])
    expect(told).to_contain_text("pagina.html: WhatsApp acepta")
    expect(told).to_contain_text("enorme.png: ")
    hand_over(page, "drop", *(file(f"{n}.png", "image/png", png(20 + n)) for n in range(10)))
    expect(chips).to_have_count(10)
    expect(told).to_contain_text("como máximo 10 archivos")
    assert troubles == []


def test_what_the_server_refuses_is_in_the_composer_again(
    page: Page, site: Installation, troubles: list[str]
):
    opened(page, site, "Otra vez")
    chips = page.locator("#composer .composer-files li")
    page.locator("#composer input[name=file]").set_input_files(
        [file("auto.png", "image/png", png()), file("falso.png", "image/png", b"<html>")]
    )
    page.locator("#reply").fill("Mire")
    page.locator("#reply").press("Control+Enter")

    expect(page.locator("#bands")).to_contain_text("falso.png")
    expect(page.locator("#reply")).to_have_value("Mire")
    expect(chips).to_have_count(2)

    page.get_by_role("button", name="Quitar falso.png").click()
    page.locator("#reply").press("Control+Enter")
    expect(waiting(page)).to_contain_text("Mire")
    expect(waiting(page).locator("img")).to_have_count(1)
    # All that waits goes back together.
    waiting(page).locator("button").click()
    expect(page.locator("#reply")).to_have_value("Mire")
    assert troubles == []


def test_a_number_for_sms_says_why_it_sends_no_file(
    page: Page, site: Installation, troubles: list[str]
):
    talk = opened(page, site, "Mensajes")

    run(site, SMS.format(talk=talk, sends=False))
    page.reload()
    expect(page.locator("#composer .composer-why")).to_contain_text("no MMS")
    expect(page.locator("#composer input[name=file]")).to_have_count(0)

    run(site, SMS.format(talk=talk, sends=True))
    page.reload()
    page.locator("#composer input[name=file]").set_input_files(
        [file(f"{n}.png", "image/png", png(9 + n)) for n in range(2)]
    )
    page.locator("#reply").fill("Por MMS")
    page.locator("#reply").press("Control+Enter")
    expect(waiting(page)).to_have_count(1)
    expect(waiting(page).locator("img")).to_have_count(2)
    assert troubles == []
