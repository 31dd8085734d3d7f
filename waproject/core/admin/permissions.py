"""Permissions in words, and the sentence for those who lack one."""

from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# What Django allows on every model.
_COMMON = {
    "add": _("Can add"),
    "change": _("Can change"),
    "delete": _("Can delete"),
    "view": _("Can view"),
}


def in_words(permission: Permission) -> str:
    """`Campaigns | campaign | Can add`, in the language of now."""
    subject = permission.content_type
    action, _separator, model = permission.codename.partition("_")
    is_common = action in _COMMON and model == subject.model
    return f"{subject} | {_COMMON[action] if is_common else gettext(permission.name)}"


def require(user: Any, *names: str) -> None:
    """Raise PermissionDenied, naming what is missing, unless the user has all these permissions.

    `names` are as has_perm takes them: `contacts.view_contact`.
    """
    missing = [name for name in names if not user.has_perm(name)]
    if missing:
        sentence = gettext("Your account lacks this permission: %(permissions)s.")
        raise PermissionDenied(sentence % {"permissions": "; ".join(map(_named, missing))})


def _named(name: str) -> str:
    app, codename = name.split(".")
    permissions = Permission.objects.select_related("content_type")
    found = permissions.filter(content_type__app_label=app, codename=codename).first()
    return in_words(found) if found else name
