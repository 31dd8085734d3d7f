"""The log of what is added, changed and deleted on the admin's pages."""

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from contacts.models import Contact
from waproject.audit.acting import Entry, record
from waproject.audit.changes import LABELS


class PageAction(models.TextChoices):
    """Django's pages check the right to these themselves."""

    ADD = "admin.add", _("Added")
    CHANGE = "admin.change", _("Changed")
    DELETE = "admin.delete", _("Deleted")


class LoggedPages:
    """Comes before every ModelAdmin of the site: its log is that of the operations.

    Where a page's form is the door of an operation, `logs_itself` says so on the ModelAdmin; where
    deleting is one, `logs_deletions_itself`. Of the fields in its `logged_values` an event has the
    value before and after; of others the name alone, for they may hold something of a customer, or
    a secret.
    """

    def construct_change_message(
        self, request: Any, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """As Django's, with the values before and after a change."""
        message = super().construct_change_message(request, form, formsets, add)  # type: ignore[misc]
        given = form.cleaned_data if add else form.changed_data
        chosen = [name for name in getattr(self, "logged_values", ()) if name in given]
        if chosen:
            before = {} if add else {name: _value(form.initial.get(name)) for name in chosen}
            after = {name: _value(form.cleaned_data[name]) for name in chosen}
            labels = _labels_of_form_alone(form, [name for name in chosen if name in after])
            message.append({"values": {"before": before, "after": after | labels}})
        return list(message)

    def log_addition(self, request: Any, obj: Model, message: Any) -> None:
        if not getattr(self, "logs_itself", False):
            record(request.user, PageAction.ADD, _change_of(obj, message))

    def log_change(self, request: Any, obj: Model, message: Any) -> None:
        if message and not getattr(self, "logs_itself", False):
            record(request.user, PageAction.CHANGE, _change_of(obj, message))

    def log_deletions(self, request: Any, queryset: Iterable[Model]) -> None:
        """Nothing: a list calls this before the transaction that deletes its objects."""

    def delete_model(self, request: Any, obj: Model) -> None:
        """As the page does it, with the event in the same transaction."""
        with transaction.atomic():
            if not getattr(self, "logs_deletions_itself", False):
                _log_deletion(request.user, [obj])
            super().delete_model(request, obj)  # type: ignore[misc]

    def delete_queryset(self, request: Any, queryset: QuerySet[Any]) -> None:
        """As the page does it with many, with their event in the same transaction."""
        with transaction.atomic():
            _log_deletion(request.user, list(queryset))
            super().delete_queryset(request, queryset)  # type: ignore[misc]


def log_own_password(user: Any) -> None:
    """Write down that a user changed their own password, on the page for it."""
    record(user, PageAction.CHANGE, Entry(user, _text_of(user), after={"fields": ["password"]}))


def _log_deletion(user: Any, gone: list[Model]) -> None:
    entry = Entry(text=_text_of(gone[0]) if len(gone) == 1 else "")
    entry.concern(type(gone[0]), [one.pk for one in gone])
    record(user, PageAction.DELETE, entry)


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
    if fields:
        entry.after = {"fields": fields, **entry.after}
    return entry


def _labels_of_form_alone(form: Any, names: list[str]) -> dict[str, Any]:
    """The labels, untranslated, of those fields that the form has and the model has not."""
    own = {field.name for field in form.instance._meta.get_fields()}
    with override(None):
        labels = {
            name: str(form.fields[name].label or name)
            for name in names
            if name in form.fields and name not in own
        }
    return {LABELS: labels} if labels else {}


def _value(value: Any) -> Any:
    """A value of a form as JSON has it: objects by their ids."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, list | QuerySet):
        return sorted(_value(one) for one in value)
    return value


def _text_of(obj: Model) -> str:
    """What the object is called, unless that is a person's name or phone."""
    refers = any(field.related_model is Contact for field in obj._meta.concrete_fields)
    return "" if refers or isinstance(obj, Contact) else str(obj)
