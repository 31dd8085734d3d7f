"""The form of a template: its parts, a row for each button, and one for each placeholder."""

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from messaging.admin.templates.rows import ButtonForm, VariableForm, effects
from messaging.models import Account, Category, HeaderType, Template, TemplateVersion
from messaging.states import ApprovalStatus
from messaging.texts.content import QUICK_REPLY, Button, TemplateContent
from messaging.texts.header_files import CannotKeep, keep_header_file
from messaging.texts.languages import LANGUAGES
from messaging.texts.loose_placeholders import loose_sentences
from messaging.texts.rendering import VariableMapping

CATEGORIES = {one: capfirst(one.label) for one in Category}
HEADERS = {
    HeaderType.NONE: pgettext_lazy("header", "None"),
    HeaderType.TEXT: pgettext_lazy("header", "Text"),
    HeaderType.IMAGE: pgettext_lazy("header", "Picture"),
    HeaderType.VIDEO: pgettext_lazy("header", "Video"),
    HeaderType.DOCUMENT: pgettext_lazy("header", "Document"),
}
# What the form has of a version, beside its rows.
PARTS = ("category", "language", "header_type", "header_text", "header_media", "body", "footer")
# More rows than WhatsApp takes buttons: the rule says so in words.
_MOST_ROWS = 20
_BUTTON_ID = re.compile(r"[a-z]{8}")
_of_version = TemplateVersion._meta.get_field


class TemplateForm(forms.ModelForm):
    """A template and its text. The text is saved apart, as a version (`content`)."""

    language = forms.ChoiceField(label=gettext_lazy("Language"))
    category = forms.ChoiceField(
        label=gettext_lazy("Category"), choices=CATEGORIES.items(), widget=forms.RadioSelect
    )
    header_type = forms.ChoiceField(
        label=gettext_lazy("Header"),
        choices=HEADERS.items(),
        widget=forms.RadioSelect,
        required=False,
        initial=HeaderType.NONE,
    )
    header_text = _of_version("header_text").formfield(label=gettext_lazy("Text of the header"))
    header_media = _of_version("header_media").formfield(
        label=gettext_lazy("Address of the file"),
        widget=forms.TextInput(attrs={"placeholder": "https://", "inputmode": "url"}),
    )
    # Of a browser without scripts; else it was kept when it was chosen.
    header_file = forms.FileField(label=gettext_lazy("File of the header"), required=False)
    body = _of_version("body").formfield(
        label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 6})
    )
    footer = _of_version("footer").formfield(label=gettext_lazy("Footer"))
    change_reason = _of_version("change_reason").formfield(
        label=gettext_lazy("Why it is changed"),
        help_text=gettext_lazy("Optional: it stands beside the version."),
    )

    class Meta:
        model = Template
        fields = ["name", "account", "language", "category"]

    def __init__(self, *args: Any, content: TemplateContent | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.current
        self.stored = TemplateContent.of(stored) if stored else content or TemplateContent(body="")
        self._take_account_field_out()
        self._fix_name()
        known = {self.stored.language: self.stored.language, **LANGUAGES}
        self.fields["language"].choices = known.items()
        for name in PARTS:
            self.initial[name] = getattr(self.stored, name)
        self.initial["buttons"] = {one.id: one.to_json() for one in self.stored.buttons}
        self.initial["variables"] = self.stored.variables
        self.button_rows = list(self._button_rows())
        self.rows = [
            VariableForm(name, self.stored.variables, self.data if self.is_bound else None)
            for name in self._without_values().placeholders
        ]

    def _take_account_field_out(self) -> None:
        """Where there is one account alone, nobody is asked for it."""
        accounts = Account.objects.order_by("-in_environment", "pk")
        if "account" not in self.fields:
            return
        field: Any = self.fields["account"]
        field.queryset = accounts
        # A template stays with the account that has its versions.
        if self.instance.pk or len(accounts) < 2:
            del self.fields["account"]
        else:
            field.empty_label = None
            self.initial.setdefault("account", accounts[0].pk)

    def _fix_name(self) -> None:
        """WhatsApp knows a template that was submitted by its name."""
        versions = TemplateVersion.objects.filter(template=self.instance.pk or 0)
        if "name" in self.fields:
            submitted = versions.exclude(approval__status=ApprovalStatus.DRAFT)
            self.fields["name"].disabled = submitted.exists()
            if not self.instance.pk:
                self.fields["name"].widget.attrs["autofocus"] = True

    def _button_rows(self) -> Any:
        buttons = {one.id: one for one in self.stored.buttons}
        data = self.data if self.is_bound else None
        if data is None or "button" not in data:
            ids = list(buttons)
        else:  # the page always posts the part, with no id where there is no button
            posted = data.getlist("button") if hasattr(data, "getlist") else []
            ids = [one for one in dict.fromkeys(posted) if _BUTTON_ID.fullmatch(one)][:_MOST_ROWS]
        if not ids:
            return
        choices = effects()
        for one in ids:
            new = Button(type=QUICK_REPLY, text="", id=one)
            row = ButtonForm(buttons.get(one, new), choices, data)
            if data is None or not row.is_empty:
                yield row

    def _raw(self, name: str) -> str:
        source = self.data if self.is_bound else self.initial
        return str(source.get(name) or "").replace("\r\n", "\n").strip()

    def _without_values(self) -> TemplateContent:
        header = self._raw("header_type")
        return replace(
            self.stored,
            header_type=header if header in HeaderType.values else HeaderType.NONE,
            header_text=self._raw("header_text"),
            body=self._raw("body"),
            buttons=tuple(row.typed for row in self.button_rows),
        )

    @property
    def typed(self) -> TemplateContent:
        """What the template says as it stands on the page, good or not."""
        parts = {name: self._raw(name) for name in PARTS if name != "header_type"}
        for name in ("language", "category"):
            parts[name] = parts[name] or getattr(self.stored, name)
        return replace(self._without_values(), **parts, variables=self.mapping)

    @property
    def content(self) -> TemplateContent:
        """What the template says from now on, of a valid form."""
        parts = {name: self.cleaned_data[name] for name in PARTS}
        return replace(self._without_values(), **parts, variables=self.mapping)

    @property
    def mapping(self) -> VariableMapping:
        """What the rows of placeholders say."""
        return {row.placeholder: row.typed for row in self.rows}

    @cached_property
    def changed_data(self) -> list[str]:
        """As Django's, and "variables" or "buttons" when a row changed."""
        unsaid = ("change_reason", "header_file")
        changed = [name for name in super().changed_data if name not in unsaid]
        if not self.is_bound:
            return changed
        if self.mapping != self.stored.variables:
            changed.append("variables")
        if tuple(row.typed for row in self.button_rows) != self.stored.buttons:
            changed.append("buttons")
        return changed

    def clean_header_type(self) -> str:
        return self.cleaned_data["header_type"] or HeaderType.NONE

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"].replace("\r\n", "\n")
        if sentences := loose_sentences(body):
            raise ValidationError(sentences)
        return body

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.account_id is None and not cleaned.get("account"):
            self._take_first_account()
        if cleaned.get("header_file"):
            cleaned["header_media"] = self._keep(cleaned["header_file"], cleaned)
        wrong = [row.placeholder for row in self.rows if not row.is_valid()]
        if wrong:
            raise ValidationError(
                _("Say what these placeholders show: %(names)s."),
                params={"names": ", ".join(wrong)},
            )
        if any(not row.is_valid() for row in self.button_rows):
            raise ValidationError(_("A button has what cannot be stored: see below."))
        buttons = {row.id: row.typed.to_json() for row in self.button_rows}
        return {**cleaned, "variables": self.mapping, "buttons": buttons}

    def _keep(self, upload: Any, cleaned: dict[str, Any]) -> str:
        try:
            return str(keep_header_file(upload, cleaned.get("header_type", "")))
        except CannotKeep as error:
            self.add_error("header_file", error.sentence)
            return ""

    def _take_first_account(self) -> None:
        try:
            self.instance.account = Account.objects.foremost()
        except Account.DoesNotExist:
            raise ValidationError(_("There is no account with a provider yet.")) from None
