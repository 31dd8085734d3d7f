"""Twilio as a provider."""

from collections.abc import Collection

from django.conf import settings

from messaging.providers.base import Credentials
from messaging.providers.errors import Action, ErrorRule
from messaging.twilio import errors
from messaging.twilio.clients import credentials
from messaging.twilio.gateway import TwilioGateway


class TwilioProvider:
    """The protocol `messaging.providers.base.Provider`, over Twilio's API and webhooks."""

    @property
    def is_simulated(self) -> bool:
        return bool(settings.TWILIO_SIMULATED)

    def environment_credentials(self) -> Credentials:
        return Credentials(*credentials())

    def gateway(self, credentials: Credentials) -> TwilioGateway:
        return TwilioGateway(credentials)

    def classify_error(self, code: str | None, http_status: int | None = None) -> ErrorRule:
        return errors.classify(code, http_status)

    def codes_for(self, action: Action) -> Collection[str]:
        return errors.codes_for(action)
