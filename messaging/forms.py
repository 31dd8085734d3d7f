"""The form of a template: a row for each placeholder of its text."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.loose_placeholders import loose_sentences
from messaging.models import Template, TemplateVersion
from messaging.rendering import (
    CUSTOM_PREFIX,
    SOURCES,
    VariableMapping,
    clean,
    default_source,
    placeholders,
)

CUSTOM = "custom"


def source_choices() -> list[tuple[str, Any]]:
    """The sources in groups, as a select shows them."""
    return [
        (_("Contact"), _choices("contact.")),
        (_("Vehicle"), _choices("vehicle.")),
        (CUSTOM, _("Another field of the contact…")),
    ]


def _choices(group: str) -> list[tuple[str, str]]:
    return [
        (name, capfirst(str(source.label)))
        for name, source in SOURCES.items()
        if name.startswith(group)
    ]


class VariableForm(forms.Form):
    """What one placeholder shows, and what it shows when there is nothing to show."""

    source = forms.ChoiceField(label=gettext_lazy("Shows"), choices=source_choices)
    field = forms.CharField(
        label=gettext_lazy("Name of the field"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("name of the field")}),
    )
    fallback = forms.CharField(
        label=gettext_lazy("Otherwise"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("skip the person")}),
    )

    def __init__(self, placeholder: str, mapping: VariableMapping, data: Any = None) -> None:
        prefix = f"variable-{placeholder}"
        self.placeholder = placeholder
        stored = mapping.get(placeholder, {})
        source = stored.get("source") or default_source(placeholder)
        is_custom = source.startswith(CUSTOM_PREFIX)
        initial = {
            "source": CUSTOM if is_custom else source,
            "field": source.removeprefix(CUSTOM_PREFIX) if is_custom else "",
            "fallback": stored.get("fallback", ""),
        }
        if data is not None and f"{prefix}-source" not in data:
            # Typed just now, it has no row yet: it takes the source that its name suggests.
            data = {f"{prefix}-{name}": value for name, value in initial.items()}
        super().__init__(data, prefix=prefix, initial=initial)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["fallback"] = clean(cleaned.get("fallback"))
        if cleaned.get("source") == CUSTOM and not cleaned.get("field", "").strip():
            self.add_error("field", _("Name the field of the contact."))
        return cleaned

    @property
    def variable(self) -> dict[str, str]:
        """The placeholder's part of Template.variables, of a valid form."""
        source = self.cleaned_data["source"]
        if source == CUSTOM:
            source = CUSTOM_PREFIX + self.cleaned_data["field"].strip()
        return {"source": source, "fallback": self.cleaned_data["fallback"]}


class TemplateForm(forms.ModelForm):
    """A template and its text. The text is saved apart, as a version (`text`)."""

    content_sid = TemplateVersion._meta.get_field("content_sid").formfield()
    body = TemplateVersion._meta.get_field("body").formfield(
        widget=forms.Textarea(attrs={"rows": 6, "cols": 60})
    )

    class Meta:
        model = Template
        fields = ["name", "language", "category", "status"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = self.instance.current or TemplateVersion()
        for name in ("content_sid", "body"):
            self.initial.setdefault(name, getattr(self.stored, name))
        self.rows = [
            VariableForm(name, self.stored.variables, self.data if self.is_bound else None)
            for name in placeholders(self.typed_body)
        ]

    @property
    def typed_body(self) -> str:
        """The text as it stands in the form, good or not."""
        body: str = (self.data if self.is_bound else self.initial).get("body", "")
        return body

    @property
    def text(self) -> dict[str, Any]:
        """What messaging.template_versions.save_text takes, of a valid form."""
        return {
            "body": self.cleaned_data["body"],
            "content_sid": self.cleaned_data["content_sid"],
            "variables": self.mapping,
        }

    @property
    def mapping(self) -> VariableMapping:
        """What the rows say, as far as they are filled in well."""
        if not self.is_bound:
            return self.stored.variables
        return {row.placeholder: row.variable for row in self.rows if row.is_valid()}

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if sentences := loose_sentences(body):
            raise ValidationError(sentences)
        return body

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wrong = [row.placeholder for row in self.rows if not row.is_valid()]
        if wrong:
            raise ValidationError(
                _("Say what these placeholders show: %(names)s."),
                params={"names": ", ".join(wrong)},
            )
        return cleaned
