"""A row of the form for each placeholder, and for each button."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from contacts.models import Tag
from messaging.texts.content import COPY_CODE, PHONE, QUICK_REPLY, URL, Button
from messaging.texts.loose_placeholders import fallback_sentences
from messaging.texts.rendering import (
    CAMPAIGN,
    CUSTOM_PREFIX,
    PLACEHOLDER,
    SOURCES,
    VariableMapping,
    clean,
    default_source,
)
from messaging.texts.rules.values import EXAMPLE_MOST, TYPES

CUSTOM = "custom"
# What one person would read, and of which type it is.
EXAMPLES = {
    "contact.first_name": ("Antonia", "text"),
    "contact.name": ("Antonia Rojas", "text"),
    "contact.phone": ("+56 9 6123 4567", "phone"),
    "contact.email": ("antonia@example.com", "email"),
    "vehicle.make": ("Hyundai", "text"),
    "vehicle.model": ("Creta", "text"),
    "vehicle.year": ("2021", "text"),
    "vehicle.price": ("$13.990.000", "money"),
    "vehicle.link": ("https://example.com/autos/creta", "url"),
}
TAG = "tag:"
# So many tags a select lists; the one that is stored stands there besides.
_MOST_TAGS = 200
_TRAILING = re.compile(rf"^(.*?)(?:{PLACEHOLDER.pattern})$", re.DOTALL)


def source_choices() -> list[tuple[str, Any]]:
    """The sources in groups, as a select shows them."""
    return [
        (_("Contact"), _choices("contact.")),
        (_("Vehicle"), _choices("vehicle.")),
        (CUSTOM, _("Another field of the contact…")),
        (CAMPAIGN, _("What each campaign says")),
    ]


def _choices(group: str) -> list[tuple[str, str]]:
    return [
        (name, capfirst(str(source.label)))
        for name, source in SOURCES.items()
        if name.startswith(group)
    ]


class Row(forms.Form):
    """A form within the form. What is not posted has the value that it began with."""

    def __init__(self, prefix: str, initial: dict[str, Any], data: Mapping[str, Any] | None):
        if data is not None:
            posted = {f"{prefix}-{name}": value for name, value in initial.items()}
            data = {**posted, **{key: data[key] for key in posted if key in data}}
        super().__init__(data, prefix=prefix, initial=initial)

    def raw(self, name: str) -> str:
        """A field as it stands on the page, good or not."""
        value = self.data.get(self.add_prefix(name)) if self.is_bound else self.initial.get(name)
        return str(value or "").strip()


class VariableForm(Row):
    """What one placeholder shows, an example of it, and what it shows when there is nothing."""

    source = forms.ChoiceField(label=gettext_lazy("Shows"), choices=source_choices)
    field = forms.CharField(
        label=gettext_lazy("Name of the field"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("name of the field")}),
    )
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=TYPES.items(), required=False)
    example = forms.CharField(
        label=gettext_lazy("Example"), required=False, max_length=EXAMPLE_MOST
    )
    fallback = forms.CharField(
        label=gettext_lazy("If missing"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("skip the person")}),
    )

    def __init__(self, placeholder: str, mapping: VariableMapping, data: Any = None) -> None:
        self.placeholder = placeholder
        self.stored = stored = mapping.get(placeholder, {})
        source = stored.get("source") or default_source(placeholder)
        is_custom = source.startswith(CUSTOM_PREFIX)
        example, kind = EXAMPLES.get(source, ("", "text"))
        initial = {
            "source": CUSTOM if is_custom else source,
            "field": source.removeprefix(CUSTOM_PREFIX) if is_custom else "",
            "type": stored.get("type") or kind,
            # Typed just now, it begins with an example of what its name suggests.
            "example": stored.get("example", "") or ("" if stored else example),
            "fallback": stored.get("fallback", ""),
        }
        super().__init__(f"variable-{placeholder}", initial, data)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["fallback"] = clean(cleaned.get("fallback"))
        for sentence in fallback_sentences({self.placeholder: {"fallback": cleaned["fallback"]}}):
            self.add_error("fallback", sentence)
        if cleaned.get("source") == CUSTOM and not cleaned.get("field", "").strip():
            self.add_error("field", _("Name the field of the contact."))
        return cleaned

    @property
    def place(self) -> str:
        return f"variable-{self.placeholder}"

    @property
    def typed(self) -> dict[str, Any]:
        """The placeholder's part of TemplateContent.variables, as it stands on the page.

        Whoever lacks a value without a fallback is left out: it is required.
        """
        source, fallback = self.raw("source"), clean(self.raw("fallback"))
        typed = {
            "source": CUSTOM_PREFIX + self.raw("field") if source == CUSTOM else source,
            "fallback": fallback,
            "type": self.raw("type") if self.raw("type") in TYPES else "text",
            "example": clean(self.raw("example")),
            "required": not fallback,
        }
        # An older one has fewer keys, and stays as it is until something of it is changed.
        before = {"type": "text", "example": "", "required": not fallback, **self.stored}
        return dict(self.stored) if self.stored and before == typed else typed


class ButtonForm(Row):
    """One button: its kind, what stands on it, and where it leads or what it does."""

    type = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[
            (QUICK_REPLY, pgettext_lazy("button", "Reply")),
            (URL, pgettext_lazy("button", "Link")),
            (PHONE, pgettext_lazy("button", "Call")),
            (COPY_CODE, pgettext_lazy("button", "Copy a code")),
        ],
    )
    text = forms.CharField(label=gettext_lazy("Text of the button"), required=False, max_length=100)
    value = forms.CharField(
        label=gettext_lazy("Address, phone or code"), required=False, max_length=2100
    )
    effect = forms.ChoiceField(label=gettext_lazy("What it does"), required=False)
    answer = forms.CharField(
        label=gettext_lazy("What is answered"),
        required=False,
        max_length=1100,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("what is answered")}),
    )

    def __init__(self, button: Button, effects: list[tuple[str, Any]], data: Any = None) -> None:
        self.id = button.id
        value = button.value + (f"{{{{{button.suffix}}}}}" if button.suffix else "")
        initial = {
            "type": button.type,
            "text": button.text,
            "value": value,
            "effect": _chosen(button.effect),
            "answer": str((button.effect or {}).get("answer", "")),
        }
        super().__init__(f"button-{button.id}", initial, data)
        self.stored = button
        self.fields["effect"].choices = _with_stored(effects, button.effect)

    @property
    def place(self) -> str:
        return f"button-{self.id}"

    @property
    def is_empty(self) -> bool:
        """Whether the row was added and left alone."""
        return not (self.raw("text") or self.raw("value") or self.raw("answer"))

    @property
    def typed(self) -> Button:
        """The button as it stands on the page."""
        kind, value, suffix = self.raw("type"), self.raw("value"), ""
        if kind == URL and (found := _TRAILING.fullmatch(value)):
            value, suffix = found[1], found[2]
        is_reply = kind == QUICK_REPLY
        return Button(
            type=kind,
            text=self.raw("text"),
            value="" if is_reply else value,
            suffix=suffix,
            effect=self._effect if is_reply else None,
            id=self.id,
        )

    @property
    def _effect(self) -> Mapping[str, Any] | None:
        """What is chosen; the stored one to the letter while nothing of it is changed."""
        chosen, answer = self.raw("effect"), self.raw("answer")
        stored = self.stored.effect or {}
        if stored and (chosen, answer) == (_chosen(stored), str(stored.get("answer", ""))):
            return stored
        return _effect(chosen, answer)


def effects() -> list[tuple[str, Any]]:
    """What a tapped quick reply may do, as a select shows it."""
    rows = Tag.objects.values_list("pk", "name")[:_MOST_TAGS]
    tags = [(f"{TAG}{pk}", name) for pk, name in rows]
    return [
        ("", _("Nothing more: it is a reply")),
        ("answer", _("It is answered with a text")),
        ("opt_out", _("It opts the person out")),
        *([(_("It puts a tag on the person"), tags)] if tags else []),
    ]


def effect_in_words(effect: Mapping[str, Any] | None) -> str:
    """What a tapped quick reply does, for a reader; "" for nothing more than a reply."""
    effect = effect or {}
    if "answer" in effect:
        return _("answered with “%(text)s”") % {"text": effect["answer"]}
    if "opt_out" in effect:
        return _("opts the person out")
    return (
        _("puts the tag “%(tag)s”") % {"tag": _tag_name(effect["tag"])} if "tag" in effect else ""
    )


def _tag_name(pk: int) -> str:
    """The name of a tag; of one that is gone, that it is gone."""
    return Tag.objects.filter(pk=pk).values_list("name", flat=True).first() or _("deleted")


def _with_stored(
    choices: list[tuple[str, Any]], effect: Mapping[str, Any] | None
) -> list[tuple[str, Any]]:
    """The choices, and the stored tag where it is not among those that are listed."""
    value = _chosen(effect)
    groups = [one for _name, one in choices if isinstance(one, list)]
    if not value.startswith(TAG) or any(value == tag for group in groups for tag, _name in group):
        return choices
    return [*choices, (value, _tag_name(int(value.removeprefix(TAG))))]


def _chosen(effect: Mapping[str, Any] | None) -> str:
    effect = effect or {}
    if "tag" in effect:
        return f"{TAG}{effect['tag']}"
    return next((name for name in ("answer", "opt_out") if name in effect), "")


def _effect(chosen: str, answer: str) -> dict[str, Any] | None:
    if chosen.startswith(TAG) and chosen.removeprefix(TAG).isdecimal():
        return {"tag": int(chosen.removeprefix(TAG))}
    if chosen == "answer":
        return {"answer": answer}
    return {"opt_out": True} if chosen == "opt_out" else None
