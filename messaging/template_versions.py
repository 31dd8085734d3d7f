"""Writing the texts of templates: each change is a new version, and none is changed later."""

from typing import Any

from django.db import transaction

from messaging.models import Template, TemplateVersion
from messaging.rendering import VariableMapping
from waproject.accounts.actors import Actor, user_of


@transaction.atomic
def new_template(
    name: str,
    *,
    by: Actor,
    body: str,
    variables: VariableMapping | None = None,
    content_sid: str = "",
    **fields: Any,
) -> Template:
    """A template with its first version; `fields` are further columns of Template."""
    template = Template.objects.create(name=name, **fields)
    save_text(template, by=by, body=body, variables=variables or {}, content_sid=content_sid)
    return template


@transaction.atomic
def save_text(
    template: Template, *, by: Actor, body: str, variables: VariableMapping, content_sid: str
) -> TemplateVersion:
    """Let this be the template's text from now on; return its version.

    A new one, numbered after the last, unless the current one says the same.
    """
    locked = Template.objects.select_for_update(of=("self",)).select_related("current")
    current = locked.get(pk=template.pk).current
    text = {
        "language": template.language,
        "body": body,
        "variables": variables,
        "content_sid": content_sid,
    }
    if current is None or any(getattr(current, name) != value for name, value in text.items()):
        current = TemplateVersion.objects.create(
            template=template,
            number=current.number + 1 if current else 1,
            created_by=user_of(by),
            **text,
        )
        Template.objects.filter(pk=template.pk).update(current=current)
    template.current = current
    return current
