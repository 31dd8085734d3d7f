"""The pages of users and groups, with each permission in the reader's language.

Django stores a permission's name in English; here it is said anew from what it is about.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import ManyToManyField
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# What Django allows on every model.
COMMON = {
    "add": _("Can add"),
    "change": _("Can change"),
    "delete": _("Can delete"),
    "view": _("Can view"),
}


def in_words(permission: Permission) -> str:
    """`Campaigns | campaign | Can add`, in the language of now."""
    subject = permission.content_type
    action, _separator, model = permission.codename.partition("_")
    is_common = action in COMMON and model == subject.model
    return f"{subject} | {COMMON[action] if is_common else gettext(permission.name)}"


class PermissionsField(ModelMultipleChoiceField):
    def label_from_instance(self, permission: Any) -> str:
        return in_words(permission)


class PermissionsInWords:
    """Takes the place of Django's choice of permissions on a ModelAdmin."""

    def formfield_for_manytomany(
        self,
        db_field: "ManyToManyField[Any, Any]",
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> Any:
        if db_field.related_model is Permission:
            kwargs["form_class"] = PermissionsField
            kwargs["queryset"] = Permission.objects.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


class UserPages(PermissionsInWords, UserAdmin):
    pass


class GroupPages(PermissionsInWords, GroupAdmin):
    pass


def replace_user_pages() -> None:
    """Put these pages in the place of Django's."""
    admin.site.unregister([User, Group])
    admin.site.register(User, UserPages)
    admin.site.register(Group, GroupPages)
