"""The simulator of a run: how badly it behaves, and what it knows."""

import json
from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from waproject.lab.ports import LOCAL

# Every way in which the provider and the line to it can fail, at 5% each; of the 429s every
# other one says when to come back. Late callbacks come after all else, when they are released.
ALL_FAULTS = [
    "429:0.10",
    *(
        f"{kind}:0.05"
        for kind in (
            *("500", "500-accepted", "timeout", "timeout-accepted", "drop", "drop-accepted"),
            *("slow", "malformed", "wrong-type"),
            *("lost-callback", "early-callback", "late-callback"),
        )
    ),
]
SLOW_BY = 1.2


# The template of the campaigns, which the simulator knows from the start.
CONTENT_SID = f"HX{'f' * 32}"


def behaviour(
    journal: Path,
    *,
    seed: int,
    latency: float,
    faults: Sequence[str] = (),
    delay: float = 0.3,
    restless: bool = False,
) -> list[str]:
    """The options of a simulator; `restless` people answer, and some opt out."""
    shares = (0.1, 0.02, 0.05) if restless else (0.0, 0.0, 0.0)
    replies, opt_outs, mischief = shares
    return [
        *(f"--seed={seed}", f"--latency={latency}", f"--delay={delay}", f"--journal={journal}"),
        *("--withhold", f"--slow-by={SLOW_BY}"),
        *(f"--reply-share={replies}", f"--optout-share={opt_outs}"),
        *(f"--repeat-share={mischief}", f"--disorder-share={mischief}"),
        *(f"--fail={fault}" for fault in faults),
        f"--content={CONTENT_SID}",
    ]


def kinds(faults: Sequence[str]) -> list[str]:
    """The names in a list of faults with their shares."""
    return [fault.partition(":")[0] for fault in faults]


def is_quiet(port: int) -> bool:
    """Whether no callback and no reply is still to come."""
    return bool(_get(port, "/simulator/quiet"))


def statuses(port: int) -> dict[str, str]:
    """The provider's status of every message, by sid."""
    return dict(_get(port, "/simulator/statuses"))


def faults_met(port: int) -> dict[str, int]:
    """How many requests met each fault, by kind."""
    return dict(_get(port, "/simulator/faults"))


def release_late_callbacks(port: int) -> int:
    """Let the callbacks come that were withheld; returns how many, before they have come."""
    return int(_post(port, "/simulator/release", {}))


def write_as(port: int, address: str, to: str, body: str) -> dict[str, Any]:
    """A person writes; returns the webhook's HTTP `status` and our `replies`."""
    return dict(_post(port, "/simulator/inbound", {"from": address, "to": to, "body": body}))


def _post(port: int, path: str, form: dict[str, str]) -> Any:
    with closing(HTTPConnection(LOCAL, port, timeout=30)) as connection:
        connection.request("POST", path, body=json.dumps(form))
        return json.loads(connection.getresponse().read())


def _get(port: int, path: str) -> Any:
    with closing(HTTPConnection(LOCAL, port, timeout=30)) as connection:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())
