"""What WhatsApp takes, and what is unwise all the same: warnings."""

import re
from collections.abc import Iterator

from messaging.models import Category
from messaging.texts.content import URL, TemplateContent
from messaging.texts.rendering import source_of
from messaging.texts.rules.objection import EMOJI, Objection
from waproject.core.text.sentences import gettext as _

_OPT_OUT = re.compile(
    r"\b(baja|stop|salir|no recibir|darse de baja|cancelar suscripci[oó]n|unsubscribe|opt.?out)\b",
    re.IGNORECASE,
)
_PROMOTION = re.compile(
    r"\b(oferta|descuento|promoci[oó]n|promo|liquidaci[oó]n|gratis|aprovecha|rebaja|bono|cyber"
    r"|sale|discount|offer|free)\w{0,12}|\b\d{1,2} ?% ",
    re.IGNORECASE,
)
_SENSITIVE = re.compile(
    r"\b(n[uú]mero de (?:la |tu |su )?tarjeta|clave|contrase[nñ]a|password|cvv|card number)\b",
    re.IGNORECASE,
)
_SHORTENERS = ("bit.ly", "tinyurl.com", "t.co", "goo.gl", "cutt.ly", "ow.ly", "is.gd")
EMOJIS_MOST = 10


def of_opt_out(content: TemplateContent) -> Iterator[Objection]:
    if content.category == Category.MARKETING and not says_how_to_opt_out(content):
        yield Objection(
            "footer",
            _("The message does not say how to stop receiving more."),
            _("Write in the footer how to do it, for example with the word BAJA."),
            is_warning=True,
        )


def says_how_to_opt_out(content: TemplateContent) -> bool:
    """Whether a person who reads it knows how to have no more such messages."""
    by_button = any((button.effect or {}).get("opt_out") for button in content.buttons)
    texts = (content.body, content.footer, *(button.text for button in content.buttons))
    return by_button or any(map(_OPT_OUT.search, texts))


def of_meaning(content: TemplateContent) -> Iterator[Objection]:
    texts = f"{content.header_text}\n{content.body}\n{content.footer}"
    if content.category == Category.UTILITY and (found := _PROMOTION.search(texts)):
        yield Objection(
            "category",
            _("“%(word)s” sounds like advertising.") % {"word": found[0].strip()},
            _("WhatsApp rejects advertising as a notice: choose the category of advertising."),
            is_warning=True,
        )
    if _SENSITIVE.search(texts):
        yield Objection(
            "body",
            _("The text asks for something secret, such as a password or a card's number."),
            _("WhatsApp rejects that: take it out."),
            is_warning=True,
        )
    if len(EMOJI.findall(content.body)) > EMOJIS_MOST:
        yield Objection(
            "body",
            _("The text has more than %(most)d emojis.") % {"most": EMOJIS_MOST},
            _("Reviewers may take it for spam: leave fewer."),
            is_warning=True,
        )


def of_links(content: TemplateContent) -> Iterator[Objection]:
    for button in content.buttons:
        place = f"button-{button.id}-value"
        if button.type != URL:
            continue
        host = button.value.split("//")[-1].split("/")[0].lower()
        if host in _SHORTENERS:
            yield Objection(
                place,
                _("A shortened link hides where it leads."),
                _("WhatsApp often rejects it: write the address of the page itself."),
                is_warning=True,
            )
        if button.suffix and source_of(button.suffix, content.variables) == "vehicle.link":
            yield Objection(
                place,
                _("The link of a vehicle is a whole address, and here only its end is put in."),
                _("Take the end from another field."),
                is_warning=True,
            )
