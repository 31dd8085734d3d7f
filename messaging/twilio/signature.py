"""Whether a request to a webhook comes from the provider.

Twilio signs the public URL and every form parameter with the account's token, or, for a JSON
body, the URL alone, which then carries the body's SHA-256.
Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpRequest
from twilio.request_validator import RequestValidator, add_port, remove_port

HEADER = "X-Twilio-Signature"


def is_genuine(request: HttpRequest, token: str) -> bool:
    """True when the signature was made with the account's token over the URL the public saw.

    The URL is PUBLIC_BASE_URL with the request's path and query: behind a proxy the request's
    own host and scheme are not what the provider signed. No token, no genuine request.
    """
    signature = request.headers.get(HEADER, "")
    if not (token and signature):
        return False
    url = settings.PUBLIC_BASE_URL.rstrip("/") + request.get_full_path()
    if request.content_type == "application/json":
        return _body_matches(url, request.body) and _is_signed(url, {}, signature, token)
    return _is_signed(url, request.POST, signature, token)


def _body_matches(url: str, body: bytes) -> bool:
    """An unhashed body would be unsigned, so a missing bodySHA256 is no match."""
    (claimed, *_rest) = parse_qs(urlsplit(url).query).get("bodySHA256", [""])
    return _same(hashlib.sha256(body).hexdigest(), claimed)


def _is_signed(url: str, parameters: object, signature: str, token: str) -> bool:
    # Twilio signs the default port sometimes spelled out and sometimes not; a host is the same in
    # any case.
    validator = RequestValidator(token)
    parts = urlsplit(url)
    hosts = {parts, parts._replace(netloc=parts.netloc.lower())}
    spellings = {change(one) for one in hosts for change in (add_port, remove_port)}
    expected = [validator.compute_signature(spelling, parameters) for spelling in spellings]
    return any(_same(one, signature) for one in expected)


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
