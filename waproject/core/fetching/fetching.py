"""One file from an address that somebody else wrote.

Nothing is believed: the address may lead into our own network, the answer may be endless, packed,
or never come. Redirects are followed one by one, and each is looked at as the first address was.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum
from types import TracebackType
from typing import BinaryIO, Self
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from waproject.core.fetching.addresses import PrivateAddress, PublicResolver, is_public

CHUNK = 64 * 1024
MOST_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_PORTS = {None, 443}


class Why(StrEnum):
    """Why nothing was fetched."""

    FORBIDDEN = "forbidden"  # an address that may not be asked
    GONE = "gone"  # 404, 410
    DENIED = "denied"  # 401, 403
    REFUSED = "refused"  # another status of 4xx
    TOO_LARGE = "too_large"
    PACKED = "packed"  # compressed for the way, which was not asked for
    ASTRAY = "astray"  # redirected without an end
    AWAY = "away"  # no answer, or 5xx: worth another attempt


class NotFetched(Exception):
    """Why a file could not be fetched; `is_passing`: another attempt may succeed."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why

    @property
    def is_passing(self) -> bool:
        return self.why is Why.AWAY


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: its size in bytes, the Content-Type as it was said, and a name if one was."""

    size: int
    content_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A server that is trusted: it may be on this machine, and is told `headers` (credentials).

    No other server is told, whoever redirects there. `base` has its scheme, host and port.
    """

    base: URL
    headers: Mapping[str, str]

    def is_of(self, url: URL) -> bool:
        """Whether the URL is at this very server."""
        return url.origin() == self.base.origin()


class Fetcher:
    """Fetches files, as an async context manager, to be entered in the loop that uses it.

    `seconds` is the time for one file with all its redirects.
    """

    def __init__(self, origin: Origin, *, seconds: float) -> None:
        self._origin = origin
        self._seconds = seconds

    async def __aenter__(self) -> Self:
        self._trusted = self._session(aiohttp.TCPConnector())
        self._public = self._session(aiohttp.TCPConnector(resolver=PublicResolver()))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._trusted.close()
        await self._public.close()

    async def fetch(self, address: str, into: BinaryIO, *, limit: int) -> Fetched:
        """Write what is at the address into the file, `limit` bytes at most. Raises NotFetched."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(address, into, limit)
        except PrivateAddress as error:
            raise NotFetched(Why.FORBIDDEN) from error
        except aiohttp.ClientConnectorDNSError as error:
            private = isinstance(error.os_error, PrivateAddress)
            raise NotFetched(Why.FORBIDDEN if private else Why.AWAY) from error
        except (aiohttp.InvalidURL, ValueError) as error:
            raise NotFetched(Why.FORBIDDEN) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NotFetched(Why.AWAY) from error

    async def _follow(self, address: str, into: BinaryIO, limit: int) -> Fetched:
        for _hop in range(MOST_REDIRECTS + 1):
            url = URL(address)
            async with self._asked(url) as answer:
                if answer.status not in _REDIRECTS:
                    return await _read(answer, into, limit)
                address = urljoin(str(url), answer.headers.get("Location", ""))
        raise NotFetched(Why.ASTRAY)

    def _asked(self, url: URL) -> "aiohttp.client._RequestContextManager":
        """The request, once it is clear that this address may be asked."""
        is_ours = self._origin.is_of(url)
        if not is_ours and not _may_be_asked(url):
            raise NotFetched(Why.FORBIDDEN)
        session = self._trusted if is_ours else self._public
        headers = dict(self._origin.headers) if is_ours else {}
        return session.get(
            url, headers={"Accept-Encoding": "identity", **headers}, allow_redirects=False
        )

    def _session(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=self._seconds, sock_connect=self._seconds / 2),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            # A proxy would resolve the names in our place, and see other addresses than we do.
            trust_env=False,
        )


def _may_be_asked(url: URL) -> bool:
    """Whether an address elsewhere is one of the internet, as far as it can be told from it."""
    if url.scheme != "https" or url.explicit_port not in _PORTS or url.user or not url.host:
        return False
    # Whatever has no letter is an address, in one of the ways in which they are written.
    is_name = any(one.isalpha() for one in url.host) and ":" not in url.host
    is_name = is_name and not url.host.lower().startswith("0x")
    return is_name or is_public(url.host)


async def _read(answer: aiohttp.ClientResponse, into: BinaryIO, limit: int) -> Fetched:
    _refuse_unless_there(answer.status)
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NotFetched(Why.PACKED)
    if (answer.content_length or 0) > limit:
        raise NotFetched(Why.TOO_LARGE)
    size = 0
    async for chunk in answer.content.iter_chunked(CHUNK):
        size += len(chunk)
        if size > limit:
            raise NotFetched(Why.TOO_LARGE)
        into.write(chunk)
    return Fetched(size, answer.content_type.lower(), _name_of(answer.headers))


def _refuse_unless_there(status: int) -> None:
    if status == 200:
        return
    whys = {401: Why.DENIED, 403: Why.DENIED, 404: Why.GONE, 410: Why.GONE, 429: Why.AWAY}
    raise NotFetched(whys.get(status, Why.REFUSED if 400 <= status < 500 else Why.AWAY))


def _name_of(headers: Mapping[str, str]) -> str:
    """The file's name as Content-Disposition has it; "" without one."""
    said = Message()
    said["Content-Disposition"] = headers.get("Content-Disposition", "")[:2_000]
    return str(said.get_filename() or "")
