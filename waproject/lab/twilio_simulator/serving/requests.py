"""What the handlers of the API share: who asks, and what a parameter says."""

import aiohttp
from aiohttp import web

from waproject.lab.twilio_simulator.account import ACCOUNT_SID, AUTH_TOKEN
from waproject.lab.twilio_simulator.serving.validation import TwilioError

AUTHORIZATION = aiohttp.encode_basic_auth(ACCOUNT_SID, AUTH_TOKEN)


def not_found(request: web.Request) -> TwilioError:
    return TwilioError(20404, f"The requested resource {request.path} was not found", 404)


def authenticate(request: web.Request) -> None:
    """Raise the error for another account, or for none."""
    if request.headers.get("Authorization") != AUTHORIZATION:
        raise TwilioError(20003, "Authenticate", 401)
    if request.match_info.get("account", ACCOUNT_SID) != ACCOUNT_SID:
        raise not_found(request)


def whole(text: str | None, default: int, *, low: int, high: int) -> int:
    """A whole number between two others; the default when nothing is given."""
    if text is None:
        return default
    if not text.isdigit():
        raise TwilioError(20006, f"The page or page size {text} is not a number.")
    return min(max(int(text), low), high)
