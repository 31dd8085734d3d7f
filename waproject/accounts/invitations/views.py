"""The page behind the link of an invitation."""

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from waproject.accounts.invitations import operations
from waproject.accounts.invitations.models import Invitation
from waproject.accounts.models import User

TEMPLATE = "invitations/accept.html"
# So many requests of one address, as allauth writes it: a token cannot be guessed.
RATES = {"accept_invitation": "30/m/ip"}


class WelcomeForm(SetPasswordForm):
    """A password that the rules take, and what to call the person."""

    first_name = forms.CharField(label=gettext_lazy("Given name"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Family name"), max_length=150, required=False)
    field_order = ["first_name", "last_name", "new_password1", "new_password2"]


@method_decorator(login_not_required, name="dispatch")
@method_decorator(never_cache, name="dispatch")
@method_decorator(sensitive_post_parameters("new_password1", "new_password2"), name="dispatch")
class AcceptInvitation(View):
    """A newcomer chooses a password; who is a user already logs in and joins."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        too_many: HttpResponse | None = ratelimit.consume_or_429(
            request, action="accept_invitation", config=RATES, limit_get=True
        )
        if too_many:
            return too_many
        try:
            self.invitation = operations.invitation_of(kwargs["token"])
            return super().dispatch(request, *args, **kwargs)
        except operations.LinkHasEnded:
            return render(request, TEMPLATE, {"has_ended": True}, status=410)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        known = operations.user_invited(self.invitation)
        if known is None:
            return self._page(form=WelcomeForm(newcomer(self.invitation)))
        if not request.user.is_authenticated:
            return redirect(f"{resolve_url('account_login')}?next={request.path}")
        return self._page(is_other=request.user != known)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        if operations.user_invited(self.invitation) is not None:
            return self._join(token)
        form = WelcomeForm(newcomer(self.invitation), request.POST)
        if not form.is_valid():
            return self._page(form=form)
        user = operations.accept(
            token,
            password=form.cleaned_data["new_password1"],
            first_name=form.cleaned_data["first_name"],
            last_name=form.cleaned_data["last_name"],
        )
        messages.success(
            request, _("Welcome. Log in now as %(name)s.") % {"name": user.get_username()}
        )
        return redirect("account_login")

    def _join(self, token: str) -> HttpResponse:
        if not self.request.user.is_authenticated:
            return redirect(f"{resolve_url('account_login')}?next={self.request.path}")
        operations.join(token, self.request.user)
        return redirect("admin:index")

    def _page(self, **context: Any) -> HttpResponse:
        words = {"invitation": self.invitation, "business": self.invitation.tenant.name}
        return render(self.request, TEMPLATE, {**words, **context})


def newcomer(invitation: Invitation) -> User:
    """Whom the rules of passwords compare a password with."""
    return User(username=invitation.email, email=invitation.email)
