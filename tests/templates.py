"""Edits of templates, as a person makes them on the page."""

from typing import Any

from messaging.models import Template, TemplateVersion
from messaging.template_versions import save_text
from waproject.accounts.actors import SYSTEM


def edit(template: Template, **changes: Any) -> TemplateVersion:
    """Change parts of the template's text; the rest stays as it is stored now."""
    now = Template.objects.select_related("current").get(pk=template.pk).current
    text = {name: getattr(now, name) for name in ("body", "variables", "content_sid")}
    return save_text(template, by=SYSTEM, **{**text, **changes})
