"""Accounts with providers: whose credentials a message leaves with, and which webhooks are ours."""

import logging
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.providers import registry
from messaging.providers.base import Credentials, Gateway, NotConfigured, Provider
from messaging.providers.callbacks import callback_url
from messaging.providers.templates import Templates
from messaging.states import ACCOUNT_TRANSITIONS, AccountStatus, Quality, Tier
from waproject.core.secrets import EncryptedTextField, Secret, SecretError
from waproject.core.text.sentences import gettext, in_words, stored
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import Tenant, TenantModel
from waproject.tenants.scope import all_tenants

logger = logging.getLogger(__name__)

# How often the provider is asked whether an account works.
ASK_EVERY = timedelta(minutes=15)


class AccountQuerySet(models.QuerySet["Account"]):
    def named(self, provider: str, external_id: str) -> "Account | None":
        """The account that a provider calls by this id; None when it is none of ours."""
        return self.filter(provider=provider, external_id=external_id).first() or (
            self.of_environment() if external_id == _environment_id(provider) else None
        )

    def of_environment(self) -> "Account":
        """The account whose credentials stand in the environment or `.env`.

        It is made when it is missing, and follows the environment: when that names another account
        of the provider, the row is that account from then on, with its senders. It belongs to the
        first business.
        """
        name = _environment_provider()
        with all_tenants():
            account = self.filter(in_environment=True).first() or self._new_of_environment(name)
            external_id = _environment_id(name)
            if external_id and (account.provider, account.external_id) != (name, external_id):
                account.follow(name, external_id)
        return account

    def _new_of_environment(self, provider: str) -> "Account":
        with translation.override(settings.LANGUAGE_CODE):  # `migrate` itself speaks English
            name = str(gettext("Main account"))
        tenant_id = Tenant.objects.values_list("pk", flat=True)[0]
        return self.create(in_environment=True, provider=provider, name=name, tenant_id=tenant_id)

    def foremost(self) -> "Account":
        """The account of the scope's business that stands first. Raises Account.DoesNotExist."""
        account = self.order_by("-in_environment", "pk").first()
        if account is None:
            raise Account.DoesNotExist("This business has no account with a provider yet.")
        return account

    def in_trouble(self) -> "AccountQuerySet":
        """Accounts of which the provider says that nothing can be sent with them."""
        return self.filter(status__in=[AccountStatus.ERROR, AccountStatus.SUSPENDED])

    def due(self, now: datetime) -> "AccountQuerySet":
        """The accounts whose provider was not asked about them lately, longest ago first."""
        waiting = Q(last_synced_at=None) | Q(last_synced_at__lt=now - ASK_EVERY)
        return (
            self.exclude(status=AccountStatus.DISCONNECTED)
            .filter(waiting)
            .order_by(F("last_synced_at").asc(nulls_first=True))
        )

    def ask_soon(self) -> int:
        """Have the provider asked about these at the next tick: it refused something."""
        return self.exclude(last_synced_at=None).update(last_synced_at=None)

    def advance(self, to: AccountStatus, *, reason: str = "", **fields: Any) -> int:
        """Move the accounts that may go to `to`; return how many moved."""
        allowed = [old for old, targets in ACCOUNT_TRANSITIONS.items() if to in targets]
        moving = self.filter(status__in=allowed)
        return moving.update(status=to, status_reason=stored(reason), **fields)


class Account(TenantModel):
    """An account with a provider of messages.

    The credentials of one account may stand in the environment (`in_environment`); those of the
    others are stored here, encrypted.
    """

    Status = AccountStatus

    name = models.CharField(_("name"), max_length=100)
    provider = models.CharField(_("provider"), max_length=20, default="twilio")
    external_id = models.CharField(
        _("account id"),
        max_length=64,
        help_text=_("The provider's name for the account, for example AC and 32 characters."),
    )
    in_environment = models.BooleanField(default=False, editable=False)
    access_token = EncryptedTextField(_("token"), blank=True)
    token_expires_at = models.DateTimeField(_("token valid until"), null=True, blank=True)
    token_set_at = models.DateTimeField(_("token set"), null=True, editable=False)
    webhook_verify_token = EncryptedTextField(_("webhook verify token"), blank=True)
    waba_id = models.CharField(_("WhatsApp Business account"), max_length=50, blank=True)
    phone_number_id = models.CharField(_("phone number id"), max_length=50, blank=True)
    display_name = models.CharField(_("display name"), max_length=100, blank=True)
    verified_name = models.CharField(_("verified name"), max_length=100, blank=True)
    quality = models.CharField(
        _("quality"), max_length=10, choices=Quality, default=Quality.UNKNOWN
    )
    tier = models.CharField(_("limit"), max_length=12, choices=Tier, default=Tier.UNKNOWN)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.PENDING)
    # As waproject.core.text.sentences stores a sentence; `why` has the words.
    status_reason: Any = models.JSONField(_("reason"), default=str, blank=True, editable=False)
    last_synced_at = models.DateTimeField(_("last asked"), null=True, blank=True, editable=False)
    # When its provider was last asked for the list of all its templates.
    templates_synced_at = models.DateTimeField(null=True, editable=False)
    # How often in a row its provider gave no answer about its senders, and when it is asked again.
    senders_unanswered = models.PositiveSmallIntegerField(default=0, editable=False)
    senders_ask_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects: ClassVar = TenantManager.from_queryset(AccountQuerySet)()

    class Meta:
        db_table = "provider_accounts"
        verbose_name = pgettext_lazy("of a provider", "account")
        verbose_name_plural = pgettext_lazy("of a provider", "accounts")
        ordering = ["-in_environment", "name", "pk"]
        constraints = [
            # Over all businesses: a webhook names the account, and so finds its business.
            models.UniqueConstraint(
                name="one_account_per_provider_and_id",
                fields=["provider", "external_id"],
                violation_error_message=_("There is already an account with this id."),
            ),
            models.UniqueConstraint(
                name="one_account_of_the_environment",
                fields=["in_environment"],
                condition=Q(in_environment=True),
            ),
            models.CheckConstraint(
                name="account_status_is_known",
                condition=Q(status__in=AccountStatus.values),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def why(self) -> str:
        """Why it is in its status, in the reader's language; "" where nothing was said."""
        return in_words(self.status_reason)

    @property
    def api(self) -> Provider:
        """The provider's implementation."""
        return registry.provider(self.provider)

    def sending_credentials(self) -> Credentials:
        """The id and the secret, to ask or send. Raises NotConfigured, with a sentence."""
        if self.status == self.Status.DISCONNECTED:
            raise NotConfigured(
                gettext("The account “%(name)s” is switched off.") % {"name": self.name}
            )
        return self.credentials()

    def credentials(self) -> Credentials:
        """The id and the secret, also of an account that is switched off: its webhooks are heard.

        Raises NotConfigured, with a sentence, when there are none.
        """
        if self.in_environment:
            return self.api.environment_credentials()
        if self.token_expires_at and self.token_expires_at <= timezone.now():
            raise NotConfigured(
                gettext("The token of the account “%(name)s” has expired. Enter a new one.")
                % {"name": self.name}
            )
        secret = self._revealed(self.access_token)
        if not secret:
            raise NotConfigured(
                gettext("The account “%(name)s” has no token. Enter it on the account's page.")
                % {"name": self.name}
            )
        return Credentials(self.external_id, secret)

    def webhook_token(self) -> str:
        """What the provider has to name when it tries a webhook. Raises NotConfigured."""
        return self._revealed(self.webhook_verify_token)

    def _revealed(self, secret: Secret) -> str:
        try:
            return secret.reveal()
        except SecretError as error:
            text = gettext("%(name)s: %(problem)s")
            raise NotConfigured(text % {"name": self.name, "problem": error.sentence}) from None

    def callback_url(self, token: str) -> str:
        """The public address to which the provider reports the statuses of one message."""
        return callback_url(self.provider, self.pk, token)

    def gateway(self) -> AbstractAsyncContextManager[Gateway]:
        """Connections to the provider. Raises NotConfigured, with a sentence."""
        return self.api.gateway(self.sending_credentials())

    def provider_templates(self) -> AbstractAsyncContextManager[Templates]:
        """Connections to the provider's templates. Raises NotConfigured, with a sentence."""
        return self.api.templates(self.sending_credentials())

    def follow(self, provider: str, external_id: str) -> None:
        """Become the account that the environment names now; what was known of the former goes."""
        others = Account.objects.exclude(pk=self.pk)
        if others.filter(provider=provider, external_id=external_id).exists():
            logger.error("The account of the environment is entered a second time in the admin.")
            return
        self.provider, self.external_id = provider, external_id
        self.status, self.status_reason = self.Status.PENDING, ""
        self.quality, self.tier = Quality.UNKNOWN, Tier.UNKNOWN
        self.templates_synced_at = None
        self.senders_unanswered, self.senders_ask_at = 0, None
        self.save()


def _environment_provider() -> str:
    """The provider whose account the environment names; the first of all when it names none."""
    return next(filter(_environment_id, registry.names()), registry.names()[0])


def _environment_id(provider: str) -> str:
    """The id of the account of this provider that the environment names, else ""."""
    try:
        return registry.provider(provider).environment_credentials().external_id
    except NotConfigured:
        return ""


def ensure_account_of_environment(**kwargs: object) -> None:
    """After the tables are made: the first business has the account of the environment."""
    with translation.override(settings.LANGUAGE_CODE):  # `migrate` itself speaks English
        Account.objects.of_environment()
