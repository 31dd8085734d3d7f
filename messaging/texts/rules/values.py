"""The rules of placeholders: what reviewers read, and what stands in for a missing value."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import pgettext_lazy

from messaging.models import Category
from messaging.texts.content import TemplateContent
from messaging.texts.loose_placeholders import fallback_sentences
from messaging.texts.rendering import PLACEHOLDER, clean, is_source, source_of
from messaging.texts.rules.buttons import is_phone
from messaging.texts.rules.objection import Objection
from waproject.core.text.sentences import gettext as _

EXAMPLE_MOST = 200
TYPES = {
    "text": pgettext_lazy("placeholder", "text"),
    "phone": pgettext_lazy("placeholder", "phone"),
    "email": pgettext_lazy("placeholder", "e-mail"),
    "url": pgettext_lazy("placeholder", "link"),
    "datetime": pgettext_lazy("placeholder", "date or time"),
    "money": pgettext_lazy("placeholder", "money"),
}
_DIGIT = re.compile(r"\d")
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@.]{2,30}")
LOOKS: Mapping[str, Callable[[str], Any]] = {
    "phone": lambda text: is_phone(text) or len(_DIGIT.findall(text)) >= 8,
    "email": _EMAIL.fullmatch,
    "url": lambda text: "." in text or "/" in text,
    "datetime": _DIGIT.search,
    "money": _DIGIT.search,
}


def of_values(content: TemplateContent) -> Iterator[Objection]:
    if content.category == Category.AUTHENTICATION:
        return
    for name in content.placeholders:
        yield from _of_example(name, content)
        yield from _of_fallback(name, content)
        if not is_source(source_of(name, content.variables)):
            yield Objection(
                f"variable-{name}-source",
                _("{{%(name)s}} is taken from where there is nothing.") % {"name": name},
                _("Choose what it shows."),
            )


def _of_example(name: str, content: TemplateContent) -> Iterator[Objection]:
    place = f"variable-{name}-example"
    variable = content.variables.get(name, {})
    example = clean(variable.get("example", ""))
    if not example:
        yield Objection(
            place,
            _("{{%(name)s}} has no example.") % {"name": name},
            _("Write what one person would read there: reviewers of WhatsApp read it."),
        )
        return
    if PLACEHOLDER.search(example) or "{{" in example:
        yield Objection(
            place,
            _("An example cannot hold a placeholder."),
            _("Write what one person would read there."),
        )
    if len(example) > EXAMPLE_MOST:
        yield Objection(
            place,
            _("The example is too long."),
            _("Shorten it to %(most)d.") % {"most": EXAMPLE_MOST},
        )
    looks = LOOKS.get(variable.get("type", "text"))
    if looks and not looks(example):
        yield Objection(
            place,
            _("The example does not look like what the placeholder is said to be."),
            _("Correct the example or the type."),
            is_warning=True,
        )


def _of_fallback(name: str, content: TemplateContent) -> Iterator[Objection]:
    fallback = content.variables.get(name, {}).get("fallback", "")
    for sentence in fallback_sentences({name: {"fallback": fallback}}):
        yield Objection(f"variable-{name}-fallback", sentence, _("Write plain words."))
