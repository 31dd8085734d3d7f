"""Saving a form without overwriting what others wrote to the same row meanwhile."""

from typing import Any

from django.db.models import Model


class WritesWhatChanged:
    """For a ModelAdmin whose rows jobs write too: a form writes the columns that it changed."""

    def save_model(self, request: Any, obj: Model, form: Any, change: bool) -> None:
        """As Django's for a new object; of a stored one what the form changed, and the clock."""
        if not change:
            super().save_model(request, obj, form, change)  # type: ignore[misc]
            return
        columns = obj._meta.concrete_fields
        stamps = {field.name for field in columns if getattr(field, "auto_now", False)}
        changed = {field.name for field in columns}.intersection(form.changed_data)
        obj.save(update_fields=changed | stamps)
