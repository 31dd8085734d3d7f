"""The forms of passkeys, in the place of django-allauth's (settings.MFA_FORMS).

A passkey that does not fit is logged as a wrong code is: allauth sends its signal for codes alone.
One of a shape that no browser sends is refused too: fido2 raises errors of any kind for it.
"""

from collections.abc import Callable
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MALFORMED = (KeyError, TypeError, ValueError, AttributeError)


def refusing_malformed(clean: Callable[[], Any]) -> Any:
    """What `clean` returns. Raises ValidationError also for a shape that it cannot read."""
    try:
        return clean()
    except MALFORMED:
        raise get_adapter().validation_error("incorrect_code") from None


class FailureSignal:
    """Sends the signal of a wrong code; `user` is None where the passkey should have said who."""

    user: Any

    def clean_credential(self) -> Any:
        try:
            return refusing_malformed(super().clean_credential)  # type: ignore[misc]
        except ValidationError:
            authentication_failed.send(
                sender=Authenticator, request=context.request, user=self.user, authenticator=None
            )
            raise


class SecondFactorForm(FailureSignal, AuthenticateWebAuthnForm):
    """A passkey after the password."""


class PasswordlessForm(FailureSignal, LoginWebAuthnForm):
    """A passkey in the place of the password."""


class ReauthenticateForm(FailureSignal, ReauthenticateWebAuthnForm):
    """A passkey of a user who is logged in, before a sensitive step."""


class NameLabel:
    """Labels the field of the name: allauth gives it no label that could be translated."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")


class EditForm(NameLabel, EditWebAuthnForm):
    """Gives a passkey another name."""


class AddForm(NameLabel, AddWebAuthnForm):
    """Sets a passkey up."""

    def clean(self) -> Any:
        return refusing_malformed(super().clean)
