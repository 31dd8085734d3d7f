"""The provider, as the delivery of messages knows it: the one module here that names it."""

from messaging.twilio.errors import ERRORS, Action, ErrorRule, classify
from messaging.twilio.gateway import (
    Accepted,
    Gateway,
    NotAccepted,
    OutboundRequest,
    ProviderMessage,
    ProviderUnavailable,
    Rejected,
    Result,
    Unknown,
)

__all__ = [
    "ERRORS",
    "Accepted",
    "Action",
    "ErrorRule",
    "Gateway",
    "NotAccepted",
    "OutboundRequest",
    "ProviderMessage",
    "ProviderUnavailable",
    "Rejected",
    "Result",
    "Unknown",
    "classify",
]
