"""Posts webhooks to the project, signed as the provider signs them."""

import logging
from collections.abc import Mapping
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
from twilio.request_validator import RequestValidator

from waproject.lab.twilio_simulator.account import AUTH_TOKEN

logger = logging.getLogger(__name__)

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# Twilio's own limits for a webhook, in seconds.
TIMEOUT = aiohttp.ClientTimeout(sock_connect=5, total=20)
# Tries for one webhook. As Twilio does, a failed connection is tried once more, a slow answer not.
TRIES = 2
CONNECTION_FAILED = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ServerDisconnectedError,
)


def signature(url: str, parameters: Mapping[str, str]) -> str:
    """The account's signature of a form that is posted to `url`."""
    return str(RequestValidator(AUTH_TOKEN).compute_signature(url, parameters))


class WebhookClient:
    """Posts forms to this machine and to the host of `webhook_base`, nowhere else."""

    def __init__(self, webhook_base: str) -> None:
        self._allowed = LOOPBACK | {urlsplit(webhook_base).hostname or "localhost"}
        # Shorter than any server keeps an idle connection, so that none is used while it closes.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=1),
            timeout=TIMEOUT,
            headers={"User-Agent": "TwilioProxy/1.1"},
        )

    async def post(self, url: str, parameters: Mapping[str, str]) -> tuple[int, str]:
        """The HTTP status and body of the answer; status 0 when there was none."""
        if urlsplit(url).hostname not in self._allowed:
            logger.warning("No webhook is posted to a host other than this machine's own.")
            return 0, ""
        headers = {
            "X-Twilio-Signature": signature(url, parameters),
            "I-Twilio-Idempotency-Token": str(uuid4()),
        }
        for _attempt in range(TRIES):
            try:
                async with self._session.post(
                    url, data=parameters, headers=headers, allow_redirects=False
                ) as answer:
                    return answer.status, await answer.text()
            except CONNECTION_FAILED:
                continue
            except (aiohttp.ClientError, TimeoutError, OSError):
                break
        logger.warning("A webhook of the simulator found nobody, or got no answer.")
        return 0, ""

    async def close(self) -> None:
        await self._session.close()
