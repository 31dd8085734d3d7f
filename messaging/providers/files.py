"""The files of messages, as the protocol of a provider has them."""

from dataclasses import dataclass
from typing import BinaryIO, Protocol

from waproject.core.fetching.fetching import Fetched


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a message, as the provider has it; `type` as in a Content-Type."""

    url: str
    type: str


class FileGateway(Protocol):
    """What a Gateway does with files."""

    async def list_media(self, sid: str) -> list[RemoteFile]:
        """The files of a message, in their order. Raises ProviderUnavailable."""

    async def fetch_media(self, url: str, into: BinaryIO, *, limit: int) -> Fetched:
        """Write a file of a message into `into`, `limit` bytes at most. Raises NotFetched.

        Neither the account's credentials nor our own network are open to whoever wrote the URL.
        """
