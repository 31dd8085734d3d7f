"""Versions of a template: side by side, back to one; and the template in another language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from messaging.admin.templates.forms import CATEGORIES, HEADERS
from messaging.admin.templates.rows import ButtonForm, effect_in_words
from messaging.approvals.pages import tone_of
from messaging.models import Category, HeaderType, Template, TemplateVersion
from messaging.states import ApprovalStatus
from messaging.texts import changing
from messaging.texts.content import TemplateContent
from messaging.texts.header_files import header_file
from messaging.texts.languages import language_name
from messaging.texts.rendering import CAMPAIGN, CUSTOM_PREFIX, SOURCES, VariableMapping, source_of
from waproject.core.admin.permissions import require
from waproject.core.text.numbers import number_in

VERSIONS_SHOWN = 50
# Longer texts are compared whole: the time of a comparison by words grows with their square.
_MOST_WORDS = 600


@dataclass(frozen=True)
class VersionRow:
    """A version in the box of versions."""

    version: TemplateVersion
    tone: str
    is_current: bool
    is_in_use: bool

    @property
    def is_rejected(self) -> bool:
        return bool(self.version.approval.status == ApprovalStatus.REJECTED)

    @property
    def status(self) -> str:
        return self.version.approval.state_in_words


def versions_of(template: Template) -> list[VersionRow]:
    """The latest versions, newest first."""
    rows = template.versions.select_related("created_by", "approval").order_by("-number")
    return [
        VersionRow(
            one,
            tone_of(one.approval),
            one.pk == template.current_id,
            one.pk == template.in_use_id,
        )
        for one in rows[:VERSIONS_SHOWN]
    ]


def told(versions: list[VersionRow]) -> VersionRow | None:
    """The version whose state the page names: the newest that was submitted, else the newest."""
    of_provider = (one for one in versions if one.version.approval.status != ApprovalStatus.DRAFT)
    return next(of_provider, None) or next(iter(versions), None)


class HistoryPages(admin.ModelAdmin):
    def get_urls(self):
        def page(view: Any, route: str, name: str) -> Any:
            return path(route, self.admin_site.admin_view(view), name=f"messaging_template_{name}")

        return [
            page(require_safe(self.versions_view), "<int:pk>/versions/", "versions"),
            page(require_POST(self.back_view), "<int:pk>/versions/back/<int:number>/", "back"),
            page(require_POST(self.language_view), "<int:pk>/language/", "language"),
            *super().get_urls(),
        ]

    def versions_view(self, request, pk):
        """Two versions side by side: by default the one being edited and the one before."""
        require(request.user, "messaging.view_template")
        template = get_object_or_404(Template.objects.select_related("current"), pk=pk)
        rows = versions_of(template)
        by_number = {row.version.number: row for row in rows}
        newest = max(by_number)
        right = number_in(request.GET.get("right")) or newest
        left = number_in(request.GET.get("left")) or max(right - 1, 1)
        if left not in by_number or right not in by_number:
            raise Http404(_("This version does not exist."))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Versions"),
            "opts": self.opts,
            "original": template,
            "template": template,
            "rows": rows,
            "left": by_number[left],
            "right": by_number[right],
            "sides": [by_number[left], by_number[right]],
            "parts": list(compared(by_number[left].version, by_number[right].version)),
            "may_change": self.has_change_permission(request, template),
        }
        return TemplateResponse(request, "admin/messaging/template/versions.html", context)

    def back_view(self, request, pk, number):
        template = get_object_or_404(Template, pk=pk)
        version = get_object_or_404(TemplateVersion, template=template, number=number)
        made = changing.go_back(template, version, by=request.user)
        sentence = _("Version %(made)d says what version %(former)d said.")
        messages.success(request, sentence % {"made": made.number, "former": number})
        return redirect(reverse("admin:messaging_template_change", args=[pk]))

    def language_view(self, request, pk):
        template = get_object_or_404(Template.objects.select_related("current"), pk=pk)
        try:
            copy = changing.add_language(
                template, request.POST.get("new_language", ""), by=request.user
            )
        except changing.CannotChange as error:
            messages.error(request, str(error))
            copy = template
        return redirect(reverse("admin:messaging_template_change", args=[copy.pk]))


@dataclass(frozen=True)
class Part:
    """One part of two versions, with what differs marked."""

    label: str
    left: SafeString
    right: SafeString
    differs: bool


def compared(left: TemplateVersion, right: TemplateVersion) -> Iterator[Part]:
    """The parts of two versions beside each other, in the order of the page."""
    for (label, one), (_label, other) in zip(_texts(left), _texts(right), strict=True):
        if one or other:
            yield Part(label, *_marked(one, other), one != other)


def _texts(version: TemplateVersion) -> list[tuple[str, str]]:
    content = TemplateContent.of(version)
    kept = header_file(content.header_media)
    media = "" if content.header_type == HeaderType.TEXT else content.header_media
    # The same name may be that of another file.
    media = f"{kept.name} ({kept.digest[:8]})" if media and kept else media
    header = content.header_text if content.header_type == HeaderType.TEXT else media
    return [
        (_("Category"), str(CATEGORIES[Category(content.category)])),
        (_("Language"), language_name(content.language)),
        (_("Kind of header"), str(HEADERS[HeaderType(content.header_type)])),
        (_("Header"), header),
        (_("Text"), content.body),
        (_("Footer"), content.footer),
        (_("Buttons"), "\n".join(map(_button_line, content.buttons))),
        (
            _("Placeholders"),
            "\n".join(_variable_line(name, content.variables) for name in content.placeholders),
        ),
    ]


def _button_line(button: Any) -> str:
    value = button.value + (f"{{{{{button.suffix}}}}}" if button.suffix else "")
    kind = dict(ButtonForm.base_fields["type"].choices).get(button.type, button.type)
    told = [str(kind), button.text, value, effect_in_words(button.effect)]
    return " · ".join(filter(None, told))


def _variable_line(name: str, variables: VariableMapping) -> str:
    variable = variables.get(name, {})
    told = [
        _source_in_words(source_of(name, variables)),
        variable.get("example", ""),
        variable.get("fallback", ""),
    ]
    return f"{{{{{name}}}}}: " + " · ".join(filter(None, told))


def _source_in_words(source: str) -> str:
    if source in SOURCES:
        return str(SOURCES[source].label)
    if source == CAMPAIGN:
        return _("What each campaign says")
    return source.removeprefix(CUSTOM_PREFIX)


def _marked(left: str, right: str) -> tuple[SafeString, SafeString]:
    """Both texts, with what only one of them has in <del> and <ins>."""
    if left == right:
        return format_html("{}", left), format_html("{}", right)
    one, other = _words(left), _words(right)
    if len(one) + len(other) > _MOST_WORDS:
        return format_html("<del>{}</del>", left), format_html("<ins>{}</ins>", right)
    lefts, rights = [], []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        same = kind == "equal"
        lefts.append(_span("del", one[a:b], same))
        rights.append(_span("ins", other[c:d], same))
    return _joined(lefts), _joined(rights)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def _span(tag: str, words: list[str], same: bool) -> SafeString:
    text = "".join(words)
    if same or not text:
        return format_html("{}", text)
    return format_html("<{0}>{1}</{0}>", mark_safe(tag), text)  # noqa: S308


def _joined(parts: list[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
