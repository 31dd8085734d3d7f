"""Rows that nobody adds, changes or deletes in the admin, superusers included."""

from typing import Any

from django.http import HttpRequest

from waproject.core.admin.lists import BigListAdmin


class ReadOnly:
    """Takes from a ModelAdmin or an inline every right but looking; its own actions stay."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LookOnly(ReadOnly):
    """Takes the actions of a ModelAdmin as well, those of a package too."""

    actions: Any = []

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}


class ReadOnlyAdmin(ReadOnly, BigListAdmin):
    """A log: a large list to look at."""
