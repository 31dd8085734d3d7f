"""Edits of templates, as a person makes them on the page."""

from dataclasses import replace
from typing import Any

from messaging.approvals.following import adopt
from messaging.models import Template, TemplateVersion
from messaging.texts.content import TemplateContent
from messaging.texts.template_versions import save_text
from waproject.accounts.actors import SYSTEM


def edit(template: Template, *, content_sid: str = "", **changes: Any) -> TemplateVersion:
    """Change parts of the template's text; the rest stays as it is stored now.

    With a content sid the provider approves the new version at once.
    """
    now = Template.objects.select_related("current").get(pk=template.pk).current
    parts = {"language": template.language, "category": template.category, **changes}
    version = save_text(template, by=SYSTEM, content=replace(TemplateContent.of(now), **parts))
    if content_sid:
        adopt(version, content_sid=content_sid)
    return version


def edit_and_approve(template: Template, **changes: Any) -> TemplateVersion:
    """The same, and the provider approves it."""
    return edit(template, content_sid="HX" + "e" * 32, **changes)
