"""All rules over a whole template."""

from collections.abc import Iterator

from messaging.models import Category, HeaderType
from messaging.texts.content import COPY_CODE, TemplateContent
from messaging.texts.rules.advice import of_links, of_meaning, of_opt_out
from messaging.texts.rules.buttons import of_buttons
from messaging.texts.rules.objection import Objection
from messaging.texts.rules.parts import of_body, of_footer, of_header, of_language
from messaging.texts.rules.values import of_values
from waproject.core.text.sentences import gettext as _

_RULES = (of_language, of_header, of_body, of_footer, of_buttons, of_values)
_ADVICE = (of_opt_out, of_meaning, of_links)


def objections(content: TemplateContent) -> list[Objection]:
    """What is to be said against the template: first what WhatsApp refuses, then warnings."""
    found = [one for rule in _RULES for one in rule(content)]
    found += _of_authentication(content)
    found += [one for advice in _ADVICE for one in advice(content)]
    return sorted(found, key=lambda one: one.is_warning)


def refusals(content: TemplateContent) -> list[Objection]:
    """What WhatsApp refuses."""
    return [one for one in objections(content) if not one.is_warning]


def submittable(content: TemplateContent) -> bool:
    """Whether the template breaks none of the platform's rules."""
    return not refusals(content)


def _of_authentication(content: TemplateContent) -> Iterator[Objection]:
    """WhatsApp writes the text of codes itself; there is one button, which copies the code."""
    if content.category != Category.AUTHENTICATION:
        return
    kinds = [button.type for button in content.buttons]
    has_more = content.header_type != HeaderType.NONE or content.footer or kinds != [COPY_CODE]
    if has_more or len(content.placeholders) != 1:
        yield Objection(
            "category",
            _("WhatsApp writes the text of a code itself."),
            _(
                "Such a template has one placeholder, the code, and one button that copies it:"
                " neither header nor footer. For anything else choose another category."
            ),
        )
