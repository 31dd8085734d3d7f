"""The rules of buttons."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from urllib.parse import urlsplit

import phonenumbers

from messaging.models import Category
from messaging.texts.content import COPY_CODE, PHONE, QUICK_REPLY, URL, Button, TemplateContent
from messaging.texts.loose_placeholders import loose_sentences
from messaging.texts.rendering import PLACEHOLDER
from messaging.texts.rules.objection import EMOJI, FORMAT, Objection, is_blank
from messaging.texts.rules.parts import ADDRESS_MOST
from waproject.core.text.sentences import gettext as _

MOST, MOST_OF = 10, {URL: 2, PHONE: 1, COPY_CODE: 1}
TEXT_MOST, PHONE_MOST, CODE_MOST, ANSWER_MOST = 25, 20, 15, 1024
# WhatsApp refuses buttons that lead to itself.
_WHATSAPP = ("wa.me", "api.whatsapp.com", "chat.whatsapp.com", "whatsapp.com", "www.whatsapp.com")


def of_buttons(content: TemplateContent) -> Iterator[Objection]:
    buttons = content.buttons
    for button in buttons:
        yield from _of_text(button)
    if content.category == Category.AUTHENTICATION:
        return
    yield from _of_counts(buttons)
    yield from _of_order(buttons)
    yield from _of_same_texts(buttons)
    for button in buttons:
        yield from _of_value(button, content)


def _of_counts(buttons: Sequence[Button]) -> Iterator[Objection]:
    if len(buttons) > MOST:
        yield Objection(
            "buttons",
            _("There are more than %(most)d buttons.") % {"most": MOST},
            _("Take some out."),
        )
    too_many = {
        URL: _("There are more than 2 buttons with a link."),
        PHONE: _("There is more than 1 button that calls."),
        COPY_CODE: _("There is more than 1 button that copies a code."),
    }
    counted = Counter(button.type for button in buttons)
    for kind, most in MOST_OF.items():
        if counted[kind] > most:
            yield Objection("buttons", too_many[kind], _("Take out those that are too many."))


def _of_order(buttons: Sequence[Button]) -> Iterator[Objection]:
    """Quick replies stand together, before or after the others."""
    changes = sum(
        (one.type == QUICK_REPLY) != (other.type == QUICK_REPLY) for one, other in pairwise(buttons)
    )
    if changes > 1:
        yield Objection(
            "buttons",
            _("Quick replies stand between other buttons."),
            _("Put all quick replies first, and the others after them."),
        )


def _of_same_texts(buttons: Sequence[Button]) -> Iterator[Objection]:
    seen: set[str] = set()
    for button in buttons:
        text = button.text.strip().casefold()
        if text and text in seen:
            yield Objection(
                f"button-{button.id}-text",
                _("Another button has the same text."),
                _("Give each button a text of its own."),
            )
        seen.add(text)


def _of_text(button: Button) -> Iterator[Objection]:
    place, text = f"button-{button.id}-text", button.text
    if is_blank(text):
        yield Objection(
            place,
            _("The button has no text."),
            _("Write what stands on it, or take the button out."),
        )
        return
    if len(text) > TEXT_MOST:
        yield Objection(
            place,
            _("The text of the button is too long."),
            _("Shorten it to %(most)d.") % {"most": TEXT_MOST},
        )
    if len(text.splitlines()) > 1 or EMOJI.search(text) or FORMAT.search(text) or "{" in text:
        yield Objection(
            place,
            _("A button can have neither placeholders nor emojis nor formatting."),
            _("Write plain words in one line."),
        )
    elif loose_sentences(text):
        yield Objection(
            place,
            _("The text of the button has what looks like a placeholder."),
            _("Write plain words in one line."),
        )


def _of_value(button: Button, content: TemplateContent) -> Iterator[Objection]:
    if button.type == URL:
        yield from _of_address(button)
    elif button.type == PHONE:
        yield from _of_phone(button)
    elif button.type == COPY_CODE:
        yield from _of_code(button, content)
    elif button.type == QUICK_REPLY:
        yield from _of_effect(button)
    else:
        yield Objection(
            f"button-{button.id}-type",
            _("There is no such kind of button."),
            _("Choose one of the list."),
        )


def _of_address(button: Button) -> Iterator[Objection]:
    place, address = f"button-{button.id}-value", button.value
    host = _host(address)
    if PLACEHOLDER.search(address) or "{" in address or "}" in address:
        yield Objection(
            place,
            _("In a link a placeholder can stand at the end alone."),
            _("Put it last: https://example.com/autos/{{ficha}}."),
        )
    elif not host:
        yield Objection(
            place,
            _("This is no address of a page."),
            _("Write it whole, from https:// on."),
        )
    elif host in _WHATSAPP:
        yield Objection(
            place,
            _("WhatsApp refuses links to itself."),
            _("Use a quick reply, or a link to a page of the business."),
        )
    if len(address) > ADDRESS_MOST:
        yield Objection(place, _("The address is too long."), _("Use a shorter address."))


def _host(address: str) -> str:
    """The host of a web address; "" where it is none."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https") and "." in host.strip(".")
    return host if is_web and not any(map(str.isspace, address)) else ""


def _of_phone(button: Button) -> Iterator[Objection]:
    if not is_phone(button.value):
        yield Objection(
            f"button-{button.id}-value",
            _("This is no phone that can be called."),
            _("Write it with its country, such as +56 2 2618 0010."),
        )


def is_phone(text: str) -> bool:
    """Whether it is an international number that a numbering plan knows, in at most 20 signs."""
    if len(text) > PHONE_MOST or not text.startswith("+"):
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False


def _of_code(button: Button, content: TemplateContent) -> Iterator[Objection]:
    place, code = f"button-{button.id}-value", button.value
    if not code.isascii() or not code.isalnum() or len(code) > CODE_MOST:
        yield Objection(
            place,
            _("A code has letters and digits alone, %(most)d at most.") % {"most": CODE_MOST},
            _("Write it without spaces and signs, such as VERANO2026."),
        )
    if content.category != Category.MARKETING:
        yield Objection(
            place,
            _("A code to copy is for advertising alone."),
            _("Choose the category of advertising, or take the button out."),
        )


def _of_effect(button: Button) -> Iterator[Objection]:
    answer = (button.effect or {}).get("answer")
    if answer is not None and (is_blank(answer) or len(answer) > ANSWER_MOST):
        yield Objection(
            f"button-{button.id}-value",
            _("The answer to this button is empty or too long."),
            _("Write what the person gets, in at most %(most)d characters.")
            % {"most": ANSWER_MOST},
        )
