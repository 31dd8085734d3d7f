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

from waproject.accounts.memberships import tenants_of
from waproject.accounts.models import Membership, User
from waproject.core.admin.permissions import in_words
from waproject.tenants.scope import current_tenant_id


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


class MembershipInline(admin.TabularInline):
    """What a user is in each business that the reader works for too.

    Where the reader works for one alone, there is nothing to choose but the role.
    """

    model = Membership
    extra = 0
    verbose_name_plural = _("roles")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(tenant__in=tenants_of(request.user))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["tenant", "role"] if tenants_of(request.user).count() > 1 else ["role"]

    def get_max_num(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return tenants_of(request.user).count()

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs["queryset"] = tenants_of(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may_view = request.user.has_perm("accounts.view_user")
        return may_view or self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change the user. Those above the reader are only looked at."""
        return request.user.has_perm("accounts.change_user") and not _is_above(obj, request.user)

    has_add_permission = has_delete_permission = has_change_permission


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
    logged_values = [
        "account_status",
        "user_type",
        "is_staff",
        "is_superuser",
        "groups",
        "user_permissions",
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

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """A new user begins in the reader's business; the rest is for their page."""
        return [MembershipInline] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change and not obj.is_superuser:
            Membership.objects.create(user=obj, tenant_id=current_tenant_id())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only a superuser makes superusers."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if _is_superuser(request.user) else (*fixed, "is_superuser")


admin.site.unregister(Group)


@admin.register(Group)
class GroupPages(NoMoreThanOwn, GroupAdmin):
    """Django's page, but nobody gives away more than they have."""

    logged_values = ["permissions"]


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
