"""The pages of users, each with their role in the business."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from waproject.accounts import memberships, operations
from waproject.accounts.actions import RoleAction
from waproject.accounts.admin.refusals import saying_why_not
from waproject.accounts.models import Role, User
from waproject.accounts.rights import rights_in, rights_of, role_of
from waproject.accounts.signin import sessions
from waproject.accounts.signin.helping import take_second_factor_away
from waproject.accounts.signin.second_factor import second_factors
from waproject.accounts.states import AccountStatus
from waproject.core.admin import chips
from waproject.core.admin.permissions import PermissionLacking
from waproject.core.text.numbers import number_in
from waproject.tenants.scope import all_tenants, current_tenant_id

_ACCOUNT = ["username", "account_status", "user_type"]
_PERSONAL = ["first_name", "last_name", "email"]
_LOG_INS = ["last_login", "login_count", "date_joined"]
_OPERATOR = ["is_staff", "is_superuser"]


class RoleField(forms.ModelChoiceField):
    """A role of the business."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Role.objects.all(), label=_("Role"), **kwargs)


class ChangeForm(UserChangeForm):
    """The account alone. Nobody keeps the last one out who gives roles in a business."""

    by: User

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, enters in (("account_status", AccountStatus.ACTIVE), ("is_staff", True)):
            if name in self.changed_data and cleaned.get(name, enters) != enters:
                user = [self.instance.pk]
                sentence = memberships.why_needed(user, memberships.businesses_of(user))
                if sentence:
                    self.add_error(name, sentence)
        return cleaned


class RoleGiving(forms.Form):
    """What asks for a role. `by` is the reader, who gives none with more than their own."""

    by: User
    instance: User

    def clean_role(self) -> Role | None:
        role: Role | None = self.cleaned_data["role"]
        sentence = operations.more_than_own(self.by, rights_in(role))
        if (
            not sentence
            and self.instance.pk
            and memberships.GIVE not in (role.rights if role else ())
        ):
            sentence = memberships.why_needed([self.instance.pk], [current_tenant_id()])
        if sentence:
            raise forms.ValidationError(sentence)
        return role


class ChangeWithRoleForm(RoleGiving, ChangeForm):
    role = RoleField(
        required=False,
        empty_label=_("None: this user does not work here"),
        help_text=_("What the user may do in this business."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["role"] = role_of(self.instance)


class AddForm(RoleGiving, AdminUserCreationForm):
    role = RoleField(help_text=_("What the user may do in this business."))


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(role.pk), role.title) for role in Role.objects.all()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = self.value()
        if not chosen:
            return queryset
        held = memberships.held_here().filter(role=number_in(chosen))
        return queryset.filter(pk__in=held.values("user"))


@admin.register(User)
class UserPages(UserAdmin):
    """The users of the business, and for superusers all of the installation."""

    form = ChangeForm
    add_form = AddForm
    list_display = [
        "username",
        "full_name",
        "role_shown",
        "account_status",
        "second_factor",
        "last_login",
    ]
    list_filter = [RoleFilter, "account_status", "user_type"]
    chips = {
        "account_status": {AccountStatus.ACTIVE: chips.USUAL, AccountStatus.SUSPENDED: chips.BAD}
    }
    filter_horizontal = ()
    list_per_page = 50
    actions = ["take_second_factor_away"]
    change_list_template = "admin/accounts/user/change_list.html"
    logged_values = ["username", "account_status", "user_type", *_OPERATOR]
    add_fieldsets = [
        (None, {"fields": ["username", "user_type", "role"]}),
        (_("Password"), {"fields": ["usable_password", "password1", "password2"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[User]":
        here = memberships.held_here().select_related("role")
        users = super().get_queryset(request)
        if not request.user.is_superuser:
            users = users.filter(pk__in=here.values("user"))
        users = users.annotate(second=Exists(second_factors().filter(user=OuterRef("pk"))))
        return users.prefetch_related(Prefetch("memberships", here, to_attr="held_here"))

    # --- who may what ---------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A new user gets a role at once."""
        may_assign = request.user.has_perm(RoleAction.ASSIGN.permission)
        return super().has_add_permission(request) and may_assign

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whoever may change the account, or give the user another role."""
        return self._may_change_account(request, obj) or _may_assign(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or operations.may_change_account(request.user, obj))

    def _may_change_account(self, request: HttpRequest, obj: User | None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or operations.may_change_account(request.user, obj))

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002  Django names it so
        form_url: str = "",
    ) -> HttpResponse:
        """As Django's, but with the password and its event in one transaction.

        Django asks whether the reader may change the user, which may be the role alone. Whoever
        changes their own is asked for the former one, on the page for that.
        """
        user = self.get_object(request, unquote(id))
        if user == request.user:
            return redirect("admin:password_change")
        if user is not None and not self._may_change_account(request, user):
            raise self._why_not(request)
        with transaction.atomic():
            return super().user_change_password(request, id, form_url)

    @staticmethod
    def _why_not(request: HttpRequest) -> PermissionDenied:
        """The right that is lacking, or that the account has more rights than the reader."""
        if not request.user.has_perm("accounts.change_user"):
            return PermissionLacking(["accounts.change_user"])
        return PermissionDenied(
            gettext(
                "This account may more than your own, or works for another business too. Whoever"
                " operates this installation can change it."
            )
        )

    # --- the form -------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        password = ["password"] if self._may_change_account(request, obj) else []
        operator = [(_("Operator"), {"fields": _OPERATOR})] if request.user.is_superuser else []
        return [
            (None, {"fields": ["username", *password, "account_status", "user_type"]}),
            (_("Personal info"), {"fields": _PERSONAL}),
            (
                _("In this business"),
                {"fields": ["role" if _may_assign(request, obj) else "role_shown"]},
            ),
            *operator,
            (_("Log-ins"), {"fields": _LOG_INS}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        fixed = [*_LOG_INS, "role_shown"]
        if obj is not None and not self._may_change_account(request, obj):
            fixed += [*_ACCOUNT, *_PERSONAL]
        shown = flatten_fieldsets(self.get_fieldsets(request, obj))
        return [name for name in fixed if name in shown]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None and _may_assign(request, obj):
            kwargs["form"] = ChangeWithRoleForm
        form = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new user may enter the admin; the role says what they see there."""
        if not change:
            obj.is_staff = True
        with memberships.a_giver_stays(memberships.businesses_of([obj.pk]) if change else []):
            super().save_model(request, obj, form, change)
        told = []
        if not obj.is_active:
            sessions.end_all(obj)
        if change and not (obj.is_active and obj.is_staff):
            told += operations.shut_out(obj, by=request.user)
        if "role" in form.cleaned_data:
            told += operations.assign_role(obj, form.cleaned_data["role"], by=request.user)
        _say(request, told)

    @saying_why_not
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_invite = super().has_add_permission(request)
        return super().changelist_view(request, {"may_invite": may_invite, **(extra_context or {})})

    @saying_why_not
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)

    @saying_why_not
    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().delete_view(request, *args, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """As Django's, without what has no page, such as sessions: nobody knows it by its name.

        Raises NobodyLeft before anybody is asked whether they are sure.
        """
        ids = [user.pk for user in objs]
        sentence = memberships.why_needed(ids, memberships.businesses_of(ids))
        if sentence:
            raise memberships.NobodyLeft(sentence)
        deleted, *more = super().get_deleted_objects(objs, request)
        return [*_with_a_page(deleted)], *more

    def has_change_account_permission(self, request: HttpRequest) -> bool:
        return super().has_change_permission(request)

    @admin.action(
        description=_("Take the second factor away, which was lost"),
        permissions=["change_account"],
    )
    def take_second_factor_away(self, request: HttpRequest, chosen: "QuerySet[User]") -> None:
        taken = sum(take_second_factor_away(user, by=request.user) for user in chosen)
        sentence = ngettext(
            "%(count)d user sets up a second factor anew.",
            "%(count)d users set up a second factor anew.",
            taken,
        )
        messages.info(request, sentence % {"count": taken})

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Rows of every business may name the user: a past assignee, who began an import."""
        with memberships.a_giver_stays(memberships.businesses_of([obj.pk])):
            _say(request, _shut_out_before_deletion([obj], request.user))
            with all_tenants():
                super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[User]") -> None:
        ids = [user.pk for user in queryset]
        chosen = User.objects.filter(pk__in=ids)
        with (
            transaction.atomic(),
            memberships.a_giver_stays(memberships.businesses_of(ids)),
        ):
            _say(request, _shut_out_before_deletion(chosen, request.user))
            with all_tenants():
                super().delete_queryset(request, chosen)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """Without the role, whose change is an event of its own."""
        if "role" in form.changed_data:
            form.changed_data = [name for name in form.changed_data if name != "role"]
        return list(super().construct_change_message(request, form, formsets, add))

    # --- columns --------------------------------------------------------------------------

    @admin.display(description=_("name"))
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=_("second factor"), ordering="second")
    def second_factor(self, user: User) -> str:
        return gettext("Yes") if user.second else gettext("No")

    @admin.display(description=_("role"))
    def role_shown(self, user: User) -> str:
        if user.held_here:
            return user.held_here[0].role.title
        return capfirst(str(_("superuser"))) if user.is_superuser else "–"


def _shut_out_before_deletion(users: Iterable[User], by: User) -> list[str]:
    """Make these users inactive, so that what they had in hand is given on; say what was done."""
    told = []
    for user in users:
        user.set_status(AccountStatus.INACTIVE)
        user.save(update_fields=["account_status", "is_active"])
        told += operations.shut_out(user, by=by)
    return told


def _say(request: HttpRequest, sentences: Iterable[str]) -> None:
    for sentence in sentences:
        messages.info(request, sentence)


def _may_assign(request: HttpRequest, user: User | None) -> bool:
    """Whether the reader may give roles, and the role that this user has is within theirs."""
    if not request.user.has_perm(RoleAction.ASSIGN.permission):
        return False
    return user is None or rights_of(request.user).include(rights_in(role_of(user)))


def _with_a_page(nested: Iterable[Any]) -> Iterator[Any]:
    """Of what Django says in lists within lists, what it links."""
    for one in nested:
        if isinstance(one, list):
            yield [*_with_a_page(one)]
        elif "<a " in one:
            yield one
