"""Twilio as a provider."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from messaging.providers.base import Answer, Arrival, Credentials, IdKind, StatusReport
from messaging.providers.errors import Action, ErrorRule
from messaging.twilio import errors, ids, signature, twiml, webhook_fields
from messaging.twilio.clients import credentials
from messaging.twilio.contents.api import TwilioTemplates
from messaging.twilio.gateway import TwilioGateway


class TwilioProvider:
    """The protocol `messaging.providers.base.Provider`, over Twilio's API and webhooks."""

    @property
    def is_simulated(self) -> bool:
        return bool(settings.TWILIO_SIMULATED)

    def environment_credentials(self) -> Credentials:
        return Credentials(*credentials())

    def id_problem(self, kind: IdKind, value: str) -> str:
        return ids.problem(kind, value)

    def gateway(self, credentials: Credentials) -> TwilioGateway:
        return TwilioGateway(credentials)

    def templates(self, credentials: Credentials) -> TwilioTemplates:
        return TwilioTemplates(credentials)

    def classify_error(self, code: str | None, http_status: int | None = None) -> ErrorRule:
        return errors.classify(code, http_status)

    def codes_for(self, action: Action) -> Collection[str]:
        return errors.codes_for(action)

    def account_of(self, request: HttpRequest) -> str:
        """AccountSid; the statuses of some channels come without it."""
        return request.POST.get("AccountSid", "")

    def is_genuine(self, request: HttpRequest, credentials: Credentials) -> bool:
        return signature.is_genuine(request, credentials.secret)

    def challenge(self, request: HttpRequest, verify_token: str) -> str | None:
        """Twilio tries no webhook before it is used."""
        return None

    def read_inbound(self, request: HttpRequest, *, at: datetime) -> Sequence[Arrival]:
        """One: Twilio makes a request for each message."""
        return [webhook_fields.read_inbound(request.POST.dict(), at=at)]

    def read_status(
        self, request: HttpRequest, *, token: str, at: datetime
    ) -> Sequence[StatusReport]:
        """One, as above."""
        return [webhook_fields.read_status(request.POST.dict(), token=token, at=at)]

    def answer(self, answers: Sequence[Answer]) -> HttpResponse:
        """In TwiML, to the person whose message the request brought."""
        markup = twiml.replies((one.text, one.status_callback) for one in answers)
        return HttpResponse(markup, content_type=twiml.CONTENT_TYPE)
