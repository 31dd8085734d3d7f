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

    Where a page's form is the door of an operation, `logs_itself` says so on the ModelAdmin.
    """

    def log_addition(self, request: Any, obj: Model, message: Any) -> None:
        if not _logs_itself(self):
            record(request.user, PageAction.ADD, Entry(obj, _text_of(obj)))

    def log_change(self, request: Any, obj: Model, message: Any) -> None:
        if message and not _logs_itself(self):
            after = _changes(message)
            record(request.user, PageAction.CHANGE, Entry(obj, _text_of(obj), after=after))

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


def _changes(message: list[dict[str, dict[str, Any]]]) -> dict[str, Any]:
    """The names of the fields of a form that changed, and of the objects beside it."""
    fields: list[str] = []
    for change in message:
        for kind, what in change.items():
            if "name" in what:
                fields.append(f"{kind} {what['name']}")
            else:
                fields.extend(what.get("fields", []))
    return {"fields": fields}


def _text_of(obj: Model) -> str:
    """What the object is called, unless that is a person's name or phone."""
    refers = any(field.related_model is Contact for field in obj._meta.concrete_fields)
    return "" if refers or isinstance(obj, Contact) else str(obj)
