"""The log of what is added, changed and deleted on the admin's pages."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from waproject.audit.acting import Entry, record


class PageAction(models.TextChoices):
    """Django's pages check the right to these themselves."""

    ADD = "admin.add", _("Added")
    CHANGE = "admin.change", _("Changed")
    DELETE = "admin.delete", _("Deleted")


class LoggedPages:
    """Comes before every ModelAdmin of the site: its log is that of the operations.

    Where a page's form is the door of an operation, `logs_itself` says so on the ModelAdmin. Of the
    fields in its `logged_values` an event has the value before and after; of others the name alone,
    for they may hold something of a customer, or a secret.
    """

    def construct_change_message(
        self, request: Any, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """As Django's, with the values before and after a change."""
        message = super().construct_change_message(request, form, formsets, add)  # type: ignore[misc]
        chosen = [name for name in getattr(self, "logged_values", []) if name in form.changed_data]
        if not add and chosen:
            before = {name: _value(form.initial.get(name)) for name in chosen}
            after = {name: _value(form.cleaned_data[name]) for name in chosen}
            message.append({"values": {"before": before, "after": after}})
        return list(message)

    def log_addition(self, request: Any, obj: Model, message: Any) -> None:
        if not _logs_itself(self):
            record(request.user, PageAction.ADD, Entry(obj, _text_of(obj)))

    def log_change(self, request: Any, obj: Model, message: Any) -> None:
        if message and not _logs_itself(self):
            record(request.user, PageAction.CHANGE, _change_of(obj, message))

    def log_deletions(self, request: Any, queryset: Iterable[Model]) -> None:
        """Called before the objects are deleted, one on its page or many of a list."""
        gone = list(queryset)
        entry = Entry(text=_text_of(gone[0]) if len(gone) == 1 else "")
        entry.concern(type(gone[0]), [one.pk for one in gone])
        record(request.user, PageAction.DELETE, entry)


def logged(page: type[Any]) -> type[Any]:
    """The ModelAdmin with its log."""
    return type(page.__name__, (LoggedPages, page), {"__module__": page.__module__})


def _logs_itself(page: Any) -> bool:
    return bool(getattr(page, "logs_itself", False))


def _change_of(obj: Model, message: list[dict[str, dict[str, Any]]]) -> Entry:
    """What a form changed, by the names of its fields and of the objects beside it."""
    fields: list[str] = []
    entry = Entry(obj, _text_of(obj))
    for change in message:
        for kind, what in change.items():
            if kind == "values":
                entry.before, entry.after = what["before"], what["after"]
            elif "name" in what:
                fields.append(f"{kind} {what['name']}")
            else:
                fields.extend(what.get("fields", []))
    entry.after = {"fields": fields, **entry.after}
    return entry


def _value(value: Any) -> Any:
    """A value of a form as JSON has it: objects by their ids."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Iterable) and not isinstance(value, str):
        return sorted(_value(one) for one in value)
    return value


def _text_of(obj: Model) -> str:
    """What the object is called, unless that is a person's name or phone."""
    refers = any(field.related_model is Contact for field in obj._meta.concrete_fields)
    return "" if refers or isinstance(obj, Contact) else str(obj)
