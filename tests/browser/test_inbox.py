"""Two people in one conversation, in real browsers: they see each other, and answer once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.accessible import violations, with_axe
from tests.browser.people import enter
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "una frase que recuerdo"
# A colleague, and a person who wrote just now.
MAKE = """
from datetime import timedelta
from django.utils import timezone
from contacts.models import Contact
from messaging.models import Conversation, Message
from tests.browser.senders import new_sender
from waproject.accounts.models import User
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
User.objects.create_superuser("diego", password={password!r}, first_name="Diego")
with in_tenant(Tenant.objects.get().pk):
    sender = new_sender("Bandeja")
    person = Contact.objects.create(phone="+56961234567", name="Constanza Castillo")
    now = timezone.now()
    talk = Conversation.objects.create(
        sender=sender, contact=person, unread_count=1, waiting_since=now, last_inbound_at=now,
        last_inbound_body="Hola", last_inbound_type="text", last_message_at=now,
        last_message_body="Hola", window_expires_at=now + timedelta(hours=20),
    )
    Message.objects.create(
        conversation=talk, contact=person, direction="inbound", status="received",
        phone=person.phone, body="Hola", message_sid="SMbandeja", created_at=now,
    )
    print(talk.pk)
"""
# Another person, who wrote last.
MAKE_ANOTHER = """
from datetime import timedelta
from django.utils import timezone
from contacts.models import Contact
from messaging.models import Conversation, Message, Sender
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
with in_tenant(Tenant.objects.get().pk):
    now = timezone.now()
    person = Contact.objects.create(phone="+56961234599", name="Rosa Castillo")
    talk = Conversation.objects.create(
        sender=Sender.objects.get(name="Bandeja"), contact=person, last_inbound_at=now,
        last_inbound_body="Hola", last_inbound_type="text", last_message_at=now,
        last_message_body="Hola", window_expires_at=now + timedelta(hours=20),
    )
    Message.objects.create(
        conversation=talk, contact=person, direction="inbound", status="received",
        phone=person.phone, body="Hola", message_sid="SMrosa", created_at=now,
    )
"""
SAY = """
from django.utils import timezone
from messaging.models import Conversation, Message
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
with in_tenant(Tenant.objects.get().pk):
    talk = Conversation.objects.get(pk={talk})
    Message.objects.create(
        conversation=talk, contact=talk.contact, direction="inbound", status="received",
        phone=talk.contact.phone, body={text!r}, message_sid="SMotra", created_at=timezone.now(),
    )
"""


@pytest.fixture(scope="module")
def talk(site: Installation) -> int:
    """The conversation of all these tests."""
    made = site.manage("shell", "--verbosity=0", "--command", MAKE.format(password=PASSWORD))
    return int(made.split()[-1])


@pytest.fixture
def colleague(context: BrowserContext, site: Installation, talk: int) -> Iterator[Page]:
    """The browser of a colleague, beside that of `page`."""
    assert context.browser is not None
    other = context.browser.new_context(locale="es-CL")
    page = other.new_page()
    page.set_default_timeout(15_000)
    enter(page, site, "diego", PASSWORD)
    page.wait_for_url(f"{site.url}/admin/")
    yield page
    other.close()


def test_two_people_in_one_conversation(
    page: Page, colleague: Page, site: Installation, talk: int, troubles: list[str]
):
    for one in (page, colleague):
        one.goto(f"{site.url}/admin/inbox/?view=all&talk={talk}")

    # What the person writes comes by itself, and so does that a colleague writes.
    site.manage("shell", "--verbosity=0", "--command", SAY.format(talk=talk, text="¿Y el precio?"))
    expect(page.locator("#thread")).to_contain_text("¿Y el precio?", timeout=6_000)
    colleague.locator("#reply").press_sequentially("Son cinco")
    expect(page.locator("#others")).to_contain_text("Diego", timeout=6_000)

    # Both answer: the second, who hears of nothing, is told first.
    page.route("**/inbox/live/**", lambda route: route.abort())
    colleague.locator("#reply").press("Control+Enter")
    expect(colleague.locator("#thread")).to_contain_text("Son cinco")
    page.locator("#reply").fill("Depende")
    page.locator("#reply").press("Control+Enter")
    expect(page.locator("#bands")).to_contain_text("Son cinco")
    expect(page.locator("#reply")).to_have_value("Depende")
    page.locator("#bands button:not([data-key])").click()
    expect(page.locator("#thread")).to_contain_text("Depende")

    # Taken back within its seconds, the answer is in the composer again.
    page.locator(".waiting", has_text="Depende").locator("button").click()
    expect(page.locator("#reply")).to_have_value("Depende")
    # The route that was cut off is the only thing that went wrong.
    cut_off = ("inbox/live", "ERR_FAILED", "htmx:sendError")
    assert [one for one in troubles if not any(part in one for part in cut_off)] == []


def test_the_keyboard_works_the_inbox_off(page: Page, site: Installation, talk: int):
    site.manage("shell", "--verbosity=0", "--command", MAKE_ANOTHER)
    page.goto(f"{site.url}/admin/inbox/?view=all")

    page.keyboard.press("?")
    expect(page.locator("#inbox-keys dl")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#inbox-keys dl")).to_be_hidden()

    page.keyboard.press("j")
    expect(page.locator("#talk[data-title='Rosa Castillo']")).to_be_visible()
    page.keyboard.press("i")
    page.keyboard.type("Quiere el rojo")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text("Quiere el rojo")

    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.type("/hola")
    page.keyboard.press("Enter")
    greeting = "Hola Rosa, soy admin. ¿En qué te puedo ayudar?"
    expect(page.locator("#reply")).to_have_value(greeting)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text(greeting)

    # The menu is silent from now on, until it is given the conversation back.
    expect(page.locator("#bands")).to_contain_text("el menú no responde")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    expect(page.locator("#bands")).to_contain_text("El menú vuelve a responder")

    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator("#bands")).to_contain_text("La conversación queda a cargo de")

    page.keyboard.press("e")
    expect(page.locator("#outcome")).to_be_focused()
    page.keyboard.type("Vendido")
    page.keyboard.press("Tab")
    page.keyboard.type("13.990.000")
    page.keyboard.press("Enter")
    expect(page.locator("#thread")).to_contain_text("$13.990.000")


def test_the_inbox_has_nothing_that_axe_refuses(
    context: BrowserContext, page: Page, site: Installation, talk: int
):
    with_axe(context)
    page.goto(f"{site.url}/admin/inbox/?view=all&talk={talk}")

    # An answer that can still be taken back is there too.
    page.locator("#reply").fill("Un momento")
    page.locator("#reply").press("Control+Enter")
    expect(page.locator(".waiting", has_text="Un momento")).to_be_visible()

    assert violations(page) == []
