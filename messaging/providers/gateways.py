"""Open connections to several accounts, one pool an account."""

import asyncio
from collections.abc import Hashable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from types import TracebackType
from typing import Protocol, Self

from messaging.providers.base import Gateway


class Opens(Hashable, Protocol):
    """An account, as far as it matters here."""

    def gateway(self) -> AbstractAsyncContextManager[Gateway]: ...


class Gateways:
    """The gateways of one piece of work, each opened when it is first needed.

    An async context manager, to be entered in the loop that uses it; all close with the block.
    """

    async def __aenter__(self) -> Self:
        self._stack = AsyncExitStack()
        self._open: dict[Opens, Gateway] = {}
        self._opening = asyncio.Lock()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def of(self, account: Opens) -> Gateway:
        """The gateway of an account. Raises NotConfigured when it has no credentials."""
        async with self._opening:
            if account not in self._open:
                self._open[account] = await self._stack.enter_async_context(account.gateway())
        return self._open[account]
