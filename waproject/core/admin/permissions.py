"""Asking for permissions, and the sentence for those who lack one."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.module_loading import import_string
from django.utils.translation import gettext


class PermissionLacking(PermissionDenied):
    """Somebody lacks these permissions, named as has_perm takes them."""

    def __init__(self, names: list[str]) -> None:
        sentence = gettext("Your role lacks this right: %(rights)s.")
        super().__init__(sentence % {"rights": "; ".join(map(in_words, names))})
        self.names = names


def in_words(name: str) -> str:
    """What a person needs who lacks the permission, in the language of now."""
    return str(import_string(settings.PERMISSION_NAMER)(name))


def require(user: Any, *names: str) -> None:
    """Raise PermissionLacking unless the user has all these permissions.

    `names` are as has_perm takes them: `contacts.view_contact`.
    """
    missing = [name for name in names if not user.has_perm(name)]
    if missing:
        raise PermissionLacking(missing)
