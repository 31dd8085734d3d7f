"""What staff do with a template beside typing: back to a version, another language, from a model.

Each is one act with one event.
"""

from dataclasses import replace

from django.db import IntegrityError

from messaging.actions import TemplateTextAction
from messaging.models import Template, TemplateVersion
from messaging.texts.content import TemplateContent
from messaging.texts.languages import LANGUAGES
from messaging.texts.template_versions import save_text, write_template
from waproject.accounts.actors import Actor
from waproject.audit.acting import acting
from waproject.core.text.sentences import SaidError
from waproject.core.text.sentences import gettext as _


class CannotChange(SaidError):
    """Why it cannot be done, for the person who asked."""


def go_back(template: Template, version: TemplateVersion, *, by: Actor) -> TemplateVersion:
    """A new version that says what this one said; the current one where it says so already."""
    with acting(by, TemplateTextAction.GO_BACK, template, text=str(template)) as event:
        reason = _("As version %(number)d") % {"number": version.number}
        content = TemplateContent.of(version)
        made = save_text(template, by=by, content=content, reason=str(reason))
        event.after = {"version": made.number, "as_version": version.number}
    return made


def add_language(template: Template, language: str, *, by: Actor) -> Template:
    """The same template in another language, with this one's text, for somebody to translate.

    Raises CannotChange where it exists in that language, and of a language that WhatsApp lacks.
    """
    try:
        return _add_language(template, language, by=by)
    except IntegrityError as error:
        # A colleague added it a moment before.
        raise CannotChange(_exists()) from error


def _exists() -> str:
    return _("The template exists in this language already.")


def _add_language(template: Template, language: str, *, by: Actor) -> Template:
    with acting(by, TemplateTextAction.ADD_LANGUAGE, text=template.name) as event:
        others = Template.objects.filter(name=template.name, account=template.account_id)
        if language not in LANGUAGES or template.current is None:
            raise CannotChange(_("Choose a language."))
        if others.filter(language=language).exists():
            raise CannotChange(_exists())
        content = replace(TemplateContent.of(template.current), language=language)
        reason = _("Copied from %(language)s") % {"language": template.language}
        copy = write_template(
            template.name, by=by, content=content, reason=str(reason), account=template.account
        )
        event.about = copy
        event.after = {"language": language, "copied_from": template.pk}
    return copy


def begin_with(name: str, content: TemplateContent, *, by: Actor) -> Template:
    """A draft that says what a template of the library says; of a taken name it is `name_2`."""
    with acting(by, TemplateTextAction.USE_LIBRARY, text=name) as event:
        made = write_template(_free_name(name), by=by, content=content)
        event.about, event.text = made, made.name
        event.after = {"library": name}
    return made


def _free_name(name: str) -> str:
    taken = set(
        Template.objects.filter(name__startswith=name).values_list("name", flat=True).distinct()
    )
    number = 1
    while (found := name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    return found
