"""Writing the texts of templates: each change is a new version, and none is changed later."""

from typing import Any

from django.db import transaction

from messaging.models import Template, TemplateApproval, TemplateVersion
from messaging.texts.content import TemplateContent
from waproject.accounts.actors import Actor, user_of


@transaction.atomic
def write_template(
    name: str, *, by: Actor, content: TemplateContent, reason: str = "", **fields: Any
) -> Template:
    """A new template with its first version, a draft; `fields` are further columns of Template."""
    template = Template.objects.create(
        name=name, language=content.language, category=content.category, **fields
    )
    template.current = save_text(template, by=by, content=content, reason=reason)
    return template


@transaction.atomic
def save_text(
    template: Template, *, by: Actor, content: TemplateContent, reason: str = ""
) -> TemplateVersion:
    """Let this be the template's text from now on; return its version.

    A new one, numbered after the last, unless the current one says the same.
    """
    locked = Template.objects.select_for_update(of=("self",)).select_related("current")
    current = locked.get(pk=template.pk).current
    if current is None or TemplateContent.of(current) != content:
        current = TemplateVersion.objects.create(
            template=template,
            number=current.number + 1 if current else 1,
            created_by=user_of(by),
            change_reason=reason,
            **content.columns(),
        )
        TemplateApproval.objects.create(version=current)
        follows = {"language": content.language, "category": content.category}
        Template.objects.filter(pk=template.pk).update(current=current, **follows)
        template.language, template.category = content.language, content.category
    template.current = current
    return current
