"""A simulator beside the caller, in a thread of its own, for tests and the demonstration."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from waproject.lab.twilio_simulator.account import ACCOUNT_SID, AUTH_TOKEN
from waproject.lab.twilio_simulator.contents.store import Contents
from waproject.lab.twilio_simulator.journal import Entry
from waproject.lab.twilio_simulator.options import Options
from waproject.lab.twilio_simulator.serving.server import Simulator


class RunningSimulator:
    """A simulator that answers at `url`; `settings` are the project's settings to reach it."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)
        self._failure: BaseException | None = None
        self.url = ""

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO_API_BASE_URL": self.url,
            "TWILIO_CONTENT_BASE_URL": self.url,
            "TWILIO_SIMULATED": True,
        }

    @property
    def journal(self) -> list[Entry]:
        """A copy of the entries so far, oldest first."""
        return list(self._simulator.journal.entries)

    @property
    def contents(self) -> Contents:
        """The templates that it keeps."""
        return self._simulator.contents

    def writes(
        self,
        from_: str,
        body: str,
        to: str | None = None,
        button: dict[str, str] | None = None,
        media: str | None = None,
    ) -> dict[str, Any]:
        """A person writes; returns `sid`, the webhook's HTTP `status` and our `replies`.

        With `button` (`{"sid": …, "payload": …}`) they tap a quick reply below that message; with
        `media` they send the file of that name.
        ValueError, with a sentence, when nobody can write or an address is not one.
        """
        asked = {"from": from_, "to": to, "body": body, "button": button, "media": media}
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(f"{self.url}/simulator/inbound", json=asked, timeout=30)
        if not answer.ok:
            raise ValueError(answer.json()["error"])
        return answer.json()

    def decide(self, sid: str, status: str, reason: str = "") -> None:
        """Let WhatsApp say this of a content: approved, rejected, paused or disabled."""
        asked = {"status": status, "reason": reason}
        with requests.Session() as session:
            session.trust_env = False
            url = f"{self.url}/simulator/contents/{sid}"
            session.post(url, asked, timeout=30, allow_redirects=False).raise_for_status()

    def settle(self, timeout: float = 10) -> None:
        """Wait until no callback and no reply is waiting or under way; TimeoutError after that."""
        deadline = time.monotonic() + timeout
        while self._simulator.scheduler.pending:
            if time.monotonic() > deadline:
                raise TimeoutError(f"The simulator was not quiet after {timeout} seconds.")
            time.sleep(0.005)

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._simulator = Simulator(self._options)
        self.url = await self._simulator.start()
        self._ready.set()
        await self._stopping.wait()
        await self._simulator.stop()


@contextmanager
def running_simulator(**options: Any) -> Iterator[RunningSimulator]:
    """Run a simulator for the length of the block; the keywords are those of `Options`."""
    simulator = RunningSimulator(Options(**options))
    simulator.start()
    try:
        yield simulator
    finally:
        simulator.stop()
