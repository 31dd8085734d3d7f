"""What the project decides otherwise than django-allauth."""

import logging
import time
from smtplib import SMTPException
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from axes.helpers import get_client_ip_address
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from waproject.accounts.models import User
from waproject.accounts.signin.second_factor import is_demanded_of, second_factors
from waproject.core.secrets import Secret

logger = logging.getLogger(__name__)

# Where an authenticator keeps what is encrypted.
ENCRYPTED = ("secret", "seed")
# What a refusal says, and what to do then.
TOO_OFTEN = _("Too many wrong attempts. Wait five minutes, and try again.")
REFUSALS = {
    "username_password_mismatch": _(
        "The user name or the password is wrong. Look at both, or choose a new password by e-mail."
    ),
    "incorrect_password": _("The password is wrong. Write the one of this account once more."),
    "too_many_login_attempts": TOO_OFTEN,
    "rate_limited": TOO_OFTEN,
    "account_inactive": _("This account is suspended. Ask whoever manages the users."),
    "same_as_current": _("This is the password that holds now. Choose another one."),
}
REFUSALS_OF_CODES = {
    "incorrect_code": _(
        "The code or the passkey is wrong, or too old. Write the code that the app shows now, or "
        "try the passkey again."
    ),
    "cannot_delete_authenticator": _(
        "The role needs a second factor, and this is the last one. Set up another one before."
    ),
    "cannot_generate_recovery_codes": _(
        "Recovery codes come with a second factor. Set up the app or a passkey before."
    ),
}
# How a person can have logged in.
WAYS = ("password", "mfa")


def display(user: User) -> str:
    """What a page and an authenticator app call a user."""
    return user.get_full_name() or user.get_username()


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {**DefaultAccountAdapter.error_messages, **REFUSALS}

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address as the last proxy of ours saw it, as for the counting of log-ins."""
        return str(get_client_ip_address(request))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """django-axes counts wrong passwords, and locks no name by itself."""
        self._login_failed_rl_usage = None

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of who has just logged in: a newcomer goes on to the second factor at once."""
        records = get_authentication_records(context.request, context.request.user)
        latest = max((one["at"] for one in records if one["method"] in WAYS), default=0)
        if time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """As allauth's. What was done is done, also when the server of e-mails does not answer."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as error:
            logger.warning("The e-mail %s was not sent: %s.", template_prefix, type(error).__name__)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {**DefaultMFAAdapter.error_messages, **REFUSALS_OF_CODES}

    def encrypt(self, text: str) -> str:
        return Secret.of(text).token

    def decrypt(self, encrypted_text: str) -> str:
        return Secret(encrypted_text).reveal()

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())

    def build_totp_svg(self, url: str) -> str:
        """The picture as an element of the page: the policy takes no image of a `data:` address."""
        svg = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """The last one stays where a second factor is demanded."""
        user = authenticator.user
        others = second_factors().filter(user=user).exclude(pk=authenticator.pk)
        return others.exists() or not is_demanded_of(user)


def rotate_second_factors() -> int:
    """Encrypt the secrets of all second factors with the first key; return how many were written.

    Raises SecretError when no key fits one of them.
    """
    written = 0
    for one in Authenticator.objects.all():
        new = {
            name: Secret(one.data[name]).rotated().token for name in ENCRYPTED if name in one.data
        }
        # Only where it still is what was read: it may be replaced at this moment.
        same = Authenticator.objects.filter(pk=one.pk, data=one.data)
        written += bool(new) and same.update(data={**one.data, **new})
    return written
