"""Forms of people and vehicles: what a person types goes through the rules of the imports."""

import json
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.imports.rows.values import RowError, parse_language, parse_year
from contacts.models import Contact, Tag
from contacts.permissions import said_address
from contacts.phones import PhoneError, parse_phone
from contacts.privacy.hashes import erased_among
from contacts.spelling.makes import spell_make
from contacts.spelling.names import tidy_name
from contacts.spelling.vehicle_models import ModelSpellings
from waproject.core.text.invisible import visible

ERASED = gettext_lazy(
    "The person with this address opted out before their data was erased: nobody writes to it."
)


class FurtherFields(forms.CharField):
    """A contact's further fields as lines of `name: value`; an indented line goes on the value."""

    widget = forms.Textarea(attrs={"rows": 5, "cols": 60, "class": "vLargeTextField"})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{name}: {_shown(content)}" for name, content in value.items())

    def has_changed(self, initial: Any, data: Any) -> bool:
        shown = self.prepare_value(initial) or ""
        return shown.split() != (data or "").split()

    def read(self, text: str, stored: dict[str, Any]) -> dict[str, Any]:
        """The fields that `text` says. What still reads as in `stored` keeps its type."""
        fields = {}
        for number, line in enumerate(_joined(text), start=1):
            name, value = self._split(line, stored)
            if not name:
                raise ValidationError(
                    _("Further fields, line %(number)d: write a name, a colon and a value.")
                    % {"number": number}
                )
            if name in fields:
                raise ValidationError(
                    _("Further fields: “%(name)s” is there twice; keep one.") % {"name": name}
                )
            same = name in stored and _shown(stored[name]).strip() == value
            fields[name] = stored[name] if same else value.replace("\n    ", "\n")
        return fields

    def _split(self, line: str, stored: dict[str, Any]) -> tuple[str, str]:
        """Name and value; a stored name may itself have a colon."""
        for name in sorted(stored, key=len, reverse=True):
            if line.startswith(f"{name}:"):
                return name, line[len(name) + 1 :].strip()
        name, colon, value = line.partition(":")
        return (name.strip(), value.strip()) if colon else ("", "")


def _shown(content: Any) -> str:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return text.replace("\r\n", "\n").replace("\n", "\n    ")


def _joined(text: str) -> list[str]:
    """The lines of `text`, each with the indented lines that follow it."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line[:1] in {" ", "\t"} and line.strip() and lines:
            lines[-1] += "\n    " + line.strip()
        elif line.strip():
            lines.append(line.strip())
    return lines


class ContactForm(forms.ModelForm):
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=60,
        required=False,
        empty_value=None,
        help_text=gettext_lazy("As people write it: 9 7540 0946 or +56 9 7540 0946."),
    )
    custom_fields = FurtherFields(
        label=gettext_lazy("Further fields"),
        required=False,
        strip=False,
        help_text=gettext_lazy("One a line, as name: value. Templates may show them."),
    )

    def clean_phone(self) -> str | None:
        typed = self.cleaned_data["phone"]
        try:
            phone = parse_phone(typed) if typed else None
        except PhoneError as error:
            raise ValidationError(str(error)) from error
        self._refuse_phone_of_another(phone)
        if phone and phone != self.instance.phone and erased_among([phone]):
            raise ValidationError(ERASED)
        return phone

    def _refuse_phone_of_another(self, phone: str | None) -> None:
        """The same spelling is refused by the column; another one of the same line, here."""
        if not phone or phone == self.instance.phone:
            return
        others = Contact.objects.with_phones([phone]).exclude(pk=self.instance.pk)
        if other := others.exclude(phone=phone).first():
            raise ValidationError(
                _("There is already a contact with this phone, written as %(phone)s.")
                % {"phone": said_address(other.phone)}
            )

    def clean_name(self) -> str:
        return tidy_name(self.cleaned_data["name"])

    def clean_language(self) -> str:
        language = self.cleaned_data["language"]
        try:
            return parse_language(language) if language else ""
        except RowError as error:
            raise ValidationError(str(error)) from error

    def clean_custom_fields(self) -> dict[str, Any]:
        stored = self.instance.custom_fields or {}
        return self.fields["custom_fields"].read(self.cleaned_data["custom_fields"], stored)


class PriceField(forms.DecimalField):
    """A price: whole ones, as nearly all are, stand in the field without decimals."""

    def prepare_value(self, value: Any) -> Any:
        is_whole = isinstance(value, Decimal) and value == value.to_integral_value()
        return int(value) if is_whole else value


class VehicleForm(forms.ModelForm):
    class Meta:
        field_classes = {"price": PriceField}

    def clean_make(self) -> str:
        return spell_make(self.cleaned_data["make"])

    def clean_model(self) -> str:
        model = visible(self.cleaned_data["model"])
        return ModelSpellings().spell(self.cleaned_data.get("make", ""), model)

    def clean_year(self) -> int:
        try:
            # Model years run ahead of the calendar.
            return parse_year(str(self.cleaned_data["year"]), timezone.localdate().year + 2)
        except RowError as error:
            raise ValidationError(str(error)) from error


class TagForm(forms.ModelForm):
    def clean_name(self) -> str:
        """The name; a tag is the same whatever its case, as in an import."""
        name = visible(self.cleaned_data["name"])
        same = Tag.objects.exclude(pk=self.instance.pk).named(name)
        if same:
            raise ValidationError(
                _("There is the tag “%(name)s” already. Use it, or choose another name.")
                % {"name": same.name}
            )
        return name


class TagActionForm(ActionForm):
    tag = forms.ModelChoiceField(
        Tag.objects.all(), label=gettext_lazy("Tag:"), required=False, empty_label="—"
    )
