"""An HTTP transport of ours under the provider's own asynchronous client.

It differs from the library's in what it must: every request has a time limit, goes to
TWILIO_API_BASE_URL, is never repeated, and leaves no phone number in the log (the library logs
every query at level INFO).
"""

import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import TracebackType
from typing import Any, BinaryIO, Self
from urllib.parse import urlsplit

import aiohttp
from django.conf import settings
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from yarl import URL

from messaging.providers.base import Credentials, NotConfigured
from waproject.core.fetching.fetching import Fetched, Fetcher, Origin
from waproject.core.text.sentences import gettext as _

logger = logging.getLogger(__name__)

PROVIDER_BASE_URL = "https://api.twilio.com"
CONTENT_BASE_URL = "https://content.twilio.com"
_TWILIOS_OWN = {PROVIDER_BASE_URL, CONTENT_BASE_URL}
JSON = "application/json"
TOO_MANY_REQUESTS = 20429
LONGEST_WAIT = 3600
# For one file of a message, with its redirects.
FILE_SECONDS = 30.0


class Throttled(Exception):
    """The provider answered 429: it did not process the request.

    `code` and `message` are the provider's; `retry_after` is in seconds, None when it did not say.
    """

    def __init__(self, code: int, message: str, retry_after: float | None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.retry_after = retry_after


def credentials() -> tuple[str, str]:
    """The account id and token; raises NotConfigured with a sentence when either is missing."""
    if not (settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN):
        raise NotConfigured(
            _(
                "No Twilio account is set. Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN in the"
                " environment or in .env, or start the simulator with “manage.py simulate_twilio”."
            )
        )
    return settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN


def redirected(url: str, base_url: str) -> str:
    """The same path and query under another base URL; Twilio's own is left as it is."""
    if base_url in _TWILIOS_OWN:
        return url
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{base_url.rstrip('/')}{parts.path}{query}"


def form_encoded(data: Mapping[str, object]) -> bytes:
    """The body of a form; of a list each value is a field of that name.

    aiohttp's own takes a third of a request's time: it is plain Python.
    """
    fields = {
        name: value if isinstance(value, list) else str(value) for name, value in data.items()
    }
    return URL.build(query=fields).raw_query_string.encode("ascii")


def _raise_if_throttled(response: Response) -> Response:
    if response.status_code != 429:
        return response
    try:
        answer = json.loads(response.text)
        code, message = int(answer["code"]), str(answer["message"])
    except (ValueError, KeyError, TypeError):
        code, message = TOO_MANY_REQUESTS, ""
    raise Throttled(code, message, _seconds((response.headers or {}).get("Retry-After", "")))


def _seconds(text: str) -> float | None:
    """A Retry-After in whole seconds, an hour at most; None for a date, nonsense or nothing."""
    return float(min(int(text), LONGEST_WAIT)) if text.isascii() and text.isdigit() else None


class _Silent:
    """Neither requests nor responses are logged: their URLs carry phone numbers."""

    def log_request(self, kwargs: dict[str, Any]) -> None:
        return None

    def log_response(self, status_code: int, response: object) -> None:
        return None


class AsyncHttp(_Silent, AsyncHttpClient):
    """One pooled session with a time limit. Make it inside a running loop and close it.

    The library's own asynchronous transport is not used: it overrules the session's time limit
    with none at all, and builds its authorisation in a way that aiohttp has deprecated.
    """

    def __init__(self, base_url: str, timeout: float) -> None:
        super().__init__(logger, is_async=True)
        self.base_url = base_url
        # The pool has no limit of its own: whoever sends decides how many are in flight, and a
        # request that waited for a connection would count as uncertain for no reason.
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=60),
            timeout=aiohttp.ClientTimeout(total=timeout, sock_connect=timeout / 2),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=base_url in _TWILIOS_OWN,
        )

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        headers = dict(headers or {})
        if auth:
            headers["Authorization"] = aiohttp.encode_basic_auth(*auth)
        body = None
        if data and headers.get("Content-Type") == JSON:
            body = json.dumps(data, ensure_ascii=False).encode()
        elif data:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = form_encoded(data)
        async with self.session.request(
            method,
            redirected(uri, self.base_url),
            params=params,
            data=body,
            headers=headers,
            allow_redirects=allow_redirects,
        ) as answer:
            # JSON is always UTF-8, and to ask the headers takes as long as to read it. A proxy's
            # page may be in anything: what counts of it is its status.
            text = await answer.text(encoding="utf-8", errors="replace")
            response = Response(answer.status, text, answer.headers)
        return _raise_if_throttled(response)

    async def close(self) -> None:
        await self.session.close()


class Connected(ABC):
    """One pool of connections for an account, and the provider's own client over it.

    An async context manager, to be entered in the loop that uses it.
    """

    def __init__(self, credentials: Credentials, base_url: str) -> None:
        self._credentials = credentials
        self._base_url = base_url
        self._timeout: float = settings.TWILIO_TIMEOUT_SECONDS

    async def __aenter__(self) -> Self:
        self._http = AsyncHttp(self._base_url, self._timeout)
        account, token = self._credentials.external_id, self._credentials.secret
        self._client = Client(account, token, http_client=self._http)
        self._prepare()
        return self

    @abstractmethod
    def _prepare(self) -> None:
        """Take from the client what requests need: the library imports a good deal at its words."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.close()


async def fetch_media(
    credentials: Credentials, base_url: str, address: str, into: BinaryIO, *, limit: int
) -> Fetched:
    """Write the file of a MediaUrl into `into`. Raises NotFetched.

    Source: https://www.twilio.com/docs/messaging/api/media-resource

    The account's credentials go to the API's own server, and nowhere it redirects to.
    """
    authorization = aiohttp.encode_basic_auth(credentials.external_id, credentials.secret)
    origin = Origin(URL(base_url), {"Authorization": authorization})
    if _is_twilios(address):
        address = redirected(address, base_url)
    async with Fetcher(origin, seconds=FILE_SECONDS) as fetcher:
        return await fetcher.fetch(address, into, limit=limit)


def media_url(uri: str) -> str:
    """The address of the file of a media resource, which has its own as `/2010-…/ME….json`."""
    return f"{PROVIDER_BASE_URL}{uri.removesuffix('.json')}"


def _is_twilios(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}" == PROVIDER_BASE_URL
