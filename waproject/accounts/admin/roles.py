"""The pages of roles: what each may do, as a table to tick."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from waproject.accounts import operations, permissions
from waproject.accounts.admin.matrix import RightsField, matrix_of
from waproject.accounts.admin.refusals import saying_why_not
from waproject.accounts.models import Role, User
from waproject.accounts.rights import rights_in, rights_of
from waproject.accounts.states import SystemRole
from waproject.core.text.numbers import number_in


class RoleForm(forms.ModelForm):
    """A role of the business's own. `by` is the reader, who gives no more than they have."""

    by: User
    rights = RightsField(label=_("Rights"), required=False)

    class Meta:
        model = Role
        fields = ["name", "description", "level"]
        widgets = {"description": forms.Textarea({"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = rights_of(self.by)
        self.fields["rights"].widget.offered = own.names
        self.initial.setdefault("rights", self.instance.stored_rights)

    def clean_level(self) -> int:
        level: int = self.cleaned_data["level"]
        own = rights_of(self.by).level
        if level > own:
            raise forms.ValidationError(
                gettext("The level of your own role is %(own)s: choose none above it.")
                % {"own": own}
            )
        return level

    def clean_rights(self) -> frozenset[str]:
        """What is ticked and what it needs, unless the reader lacks some of it."""
        chosen = permissions.with_needs(self.cleaned_data["rights"])
        lacked = chosen - rights_of(self.by).names
        if lacked:
            names = "; ".join(sorted(str(permissions.rights()[name]) for name in lacked))
            raise forms.ValidationError(
                gettext("Your own role lacks these rights: %(rights)s.") % {"rights": names}
            )
        return chosen


@admin.register(Role)
class RolePages(admin.ModelAdmin):
    """The system's roles to look at, those of the business to change."""

    form = RoleForm
    logs_itself = logs_deletions_itself = True
    list_display = ["title_shown", "level", "explanation_shown", "people", "made_by"]
    sortable_by = ()
    actions = None
    own_fields = ["name", "description", "level", "rights"]
    shown_fields = ["title_shown", "explanation_shown", "level", "rights_shown"]

    class Media:
        css = {"all": ["waproject/rights.css"]}

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Role]":
        return super().get_queryset(request).annotate(user_count=Count("memberships"))

    def get_fields(self, request: HttpRequest, obj: Role | None = None) -> list[str]:
        may_write = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        return self.own_fields if may_write else self.shown_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> list[str]:
        fields = self.get_fields(request, obj)
        return fields if fields is self.shown_fields else []

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Those of the role that `?like=` names, as far as the reader has them."""
        like = request.GET.get("like", "")
        role = Role.objects.filter(pk=number_in(like)).first() if like else None
        own = rights_of(request.user)
        if role is None:
            return {"level": min(SystemRole.AGENT.level, own.level)}
        return {"level": min(role.level, own.level), "rights": sorted(role.rights & own.names)}

    def has_change_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request.user, obj)

    def save_model(self, request: HttpRequest, obj: Role, form: Any, change: bool) -> None:
        ticked = frozenset(request.POST.getlist("rights"))
        for followed in operations.save_role(obj, form.cleaned_data["rights"], by=request.user):
            messages.info(request, followed)
        added = [permissions.rights()[name] for name in sorted(obj.rights - ticked)]
        if added:
            sentence = gettext("Added, because other rights need them: %(rights)s.")
            messages.info(request, sentence % {"rights": "; ".join(map(str, added))})

    @saying_why_not
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)

    @saying_why_not
    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().delete_view(request, *args, **kwargs)

    def delete_model(self, request: HttpRequest, obj: Role) -> None:
        operations.delete_role(obj, by=request.user)

    @admin.display(description=_("role"))
    def title_shown(self, role: Role) -> str:
        return role.title

    @admin.display(description=_("description"))
    def explanation_shown(self, role: Role) -> str:
        return role.explanation

    @admin.display(description=_("users"))
    def people(self, role: Role) -> str:
        """How many, as a link to them."""
        url = reverse("admin:accounts_user_changelist", query={"role": role.pk})
        return format_html('<a href="{}">{}</a>', url, role.user_count)

    @admin.display(description=_("made by"))
    def made_by(self, role: Role) -> str:
        return gettext("the system") if role.is_system else gettext("the business")

    @admin.display(description=_("rights"))
    def rights_shown(self, role: Role) -> str:
        return matrix_of(role.rights)


def _may_touch(user: Any, role: Role | None) -> bool:
    if role is None:
        return True
    return not role.is_system and rights_of(user).include(rights_in(role))
