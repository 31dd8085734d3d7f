"""The page of invitations: whom the business invited, and inviting."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from waproject.accounts import operations as roles
from waproject.accounts.invitations import mails, operations
from waproject.accounts.invitations.actions import InvitationAction
from waproject.accounts.invitations.models import Invitation
from waproject.accounts.models import Role, User
from waproject.accounts.rights import rights_in


class InvitationForm(forms.ModelForm):
    by: User

    role = forms.ModelChoiceField(
        Role.objects.none(),
        label=_("Role"),
        help_text=_("What the user may do in this business."),
    )

    class Meta:
        model = Invitation
        fields = ["email", "role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:  # a form that is only looked at has no fields
            self.fields["role"].queryset = Role.objects.all()

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def clean_role(self) -> Role:
        role: Role = self.cleaned_data["role"]
        sentence = roles.more_than_own(self.by, rights_in(role))
        if sentence:
            raise forms.ValidationError(sentence)
        return role

    def clean(self) -> dict[str, Any]:
        email = self.cleaned_data.get("email")
        if email and operations.works_here(email):
            self.add_error("email", operations.works_here(email))
        return self.cleaned_data

    def validate_constraints(self) -> None:
        """An open invitation of this address is renewed, so it is no hindrance."""


@admin.register(Invitation)
class InvitationPages(admin.ModelAdmin):
    holds = _("Invitations by e-mail that were not accepted yet.")
    form = InvitationForm
    list_display = ["email", "role", "state_shown", "invited_by", "sent_at", "ends_at"]
    list_select_related = ["role", "invited_by"]
    search_fields = ["email"]
    actions = ["resend_selected", "withdraw_selected"]
    logs_itself = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        may_assign = request.user.has_perm("accounts.assign_role")
        return self.has_invite_permission(request) and may_assign

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(InvitationAction.INVITE.permission))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One button: an invitation that was sent is not changed."""
        words = {"title": _("Invite by e-mail"), "show_save_and_continue": False}
        return super().add_view(
            request,
            form_url,
            {**words, "show_save_and_add_another": False, **(extra_context or {})},
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = ["state_shown", "invited_by", "sent_at", "ends_at", "accepted_at", "withdrawn_at"]
        return ["email", "role", *(shown if obj else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.get_fields(request, obj) if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        """The page is a door of the operation; the e-mail waits for no lock of the database."""
        words = form.cleaned_data
        invitation, token = operations.invite(words["email"], words["role"], by=request.user)
        obj.pk = invitation.pk
        transaction.on_commit(lambda: _send(request, invitation, token))

    @admin.action(description=_("Send again"), permissions=["invite"])
    def resend_selected(self, request: HttpRequest, chosen: "QuerySet[Invitation]") -> None:
        for invitation in chosen.select_related("role"):
            try:
                _send(request, invitation, operations.resend(invitation, by=request.user))
            except operations.CannotInvite as refusal:
                messages.warning(request, str(refusal))

    @admin.action(description=_("Withdraw"), permissions=["invite"])
    def withdraw_selected(self, request: HttpRequest, chosen: "QuerySet[Invitation]") -> None:
        for invitation in chosen:
            try:
                operations.withdraw(invitation, by=request.user)
            except operations.CannotInvite as refusal:
                messages.warning(request, str(refusal))
            else:
                sentence = _("The invitation of %(email)s is withdrawn.")
                messages.success(request, sentence % {"email": invitation.email})

    @admin.display(description=_("state"))
    def state_shown(self, invitation: Invitation) -> str:
        return invitation.state


def _send(request: HttpRequest, invitation: Invitation, token: str) -> None:
    if mails.send_link(invitation, token):
        sentence = _("The invitation of %(email)s is sent.")
        messages.success(request, sentence % {"email": invitation.email})
    else:
        sentence = _("The e-mail to %(email)s could not be sent. Send the invitation again later.")
        messages.error(request, sentence % {"email": invitation.email})
