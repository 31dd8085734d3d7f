"""The pages of users and groups, with each permission in the reader's language.

Django stores a permission's name in English; here it is said anew from what it is about.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import ManyToManyField, Q, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from waproject.accounts.models import User
from waproject.core.admin.permissions import in_words


class PermissionsField(ModelMultipleChoiceField):
    def label_from_instance(self, permission: Any) -> str:
        return in_words(permission)


class NoMoreThanOwn:
    """A ModelAdmin on which nobody gives away, or takes over, more than they have themselves.

    A user or group with a permission that the reader lacks can be looked at only. Superusers may
    do everything.
    """

    def formfield_for_manytomany(
        self,
        db_field: "ManyToManyField[Any, Any]",
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> Any:
        user = request and request.user
        if db_field.related_model is Permission:
            kwargs["form_class"] = PermissionsField
            kwargs["queryset"] = _own_permissions(user).select_related("content_type")
        elif db_field.related_model is Group:
            kwargs["queryset"] = Group.objects.exclude(permissions__in=_permissions_lacked(user))
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_change_permission(request, obj)  # type: ignore[misc]
        return allowed and not _is_above(obj, request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_delete_permission(request, obj)  # type: ignore[misc]
        return allowed and not _is_above(obj, request.user)


@admin.register(User)
class UserPages(NoMoreThanOwn, UserAdmin):
    list_display = [
        "username",
        "first_name",
        "last_name",
        "user_type",
        "account_status",
        "is_staff",
        "last_login",
    ]
    list_filter = ["account_status", "user_type", "is_staff", "is_superuser", "groups"]
    readonly_fields = ["last_login", "login_count", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password", "account_status", "user_type"]}),
        (_("Personal info"), {"fields": ["first_name", "last_name", "email"]}),
        (
            _("Permissions"),
            {"fields": ["is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
        (_("Log-ins"), {"fields": ["last_login", "login_count", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "user_type", "usable_password", "password1", "password2"]})
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only a superuser makes superusers."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if _is_superuser(request.user) else (*fixed, "is_superuser")


admin.site.unregister(Group)


@admin.register(Group)
class GroupPages(NoMoreThanOwn, GroupAdmin):
    """Django's page, but nobody gives away more than they have."""


def _is_superuser(user: Any) -> bool:
    return bool(user.is_active and user.is_superuser)


def _own_permissions(user: Any) -> "QuerySet[Permission]":
    """All permissions for a superuser, else those of the user and of the user's groups."""
    if _is_superuser(user):
        return Permission.objects.all()
    own = Permission.objects.filter(Q(user=user) | Q(group__user=user)).values("pk")
    return Permission.objects.filter(pk__in=own)


def _permissions_lacked(user: Any) -> "QuerySet[Permission]":
    return Permission.objects.exclude(pk__in=_own_permissions(user).values("pk"))


def _is_above(one: User | Group | None, user: Any) -> bool:
    """Whether a user or group has a permission that `user` lacks, active or not."""
    if one is None or _is_superuser(user):
        return False
    if isinstance(one, Group):
        return one.permissions.filter(pk__in=_permissions_lacked(user)).exists()
    lacked = _permissions_lacked(user).filter(Q(user=one) | Q(group__user=one))
    return one.is_superuser or lacked.exists()
