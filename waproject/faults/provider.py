"""The simulator of a run: how badly it behaves, and what it knows."""

import json
from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from waproject.stack.ports import LOCAL

# Every way in which the provider and the line to it can fail, at 5% each; of the 429s every
# other one says when to come back.
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
LATE_BY = 12
SLOW_BY = 1.2


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
        *(f"--late-by={LATE_BY}", f"--slow-by={SLOW_BY}"),
        *(f"--reply-share={replies}", f"--optout-share={opt_outs}"),
        *(f"--repeat-share={mischief}", f"--disorder-share={mischief}"),
        *(f"--fail={fault}" for fault in faults),
    ]


def is_quiet(port: int) -> bool:
    """Whether no callback and no reply is still to come."""
    return bool(_get(port, "/simulator/quiet"))


def statuses(port: int) -> dict[str, str]:
    """The provider's status of every message, by sid."""
    return dict(_get(port, "/simulator/statuses"))


def write_as(port: int, address: str, to: str, body: str) -> dict[str, Any]:
    """A person writes; returns the webhook's HTTP `status` and our `replies`."""
    form = json.dumps({"from": address, "to": to, "body": body})
    with closing(HTTPConnection(LOCAL, port, timeout=30)) as connection:
        connection.request("POST", "/simulator/inbound", body=form)
        return dict(json.loads(connection.getresponse().read()))


def _get(port: int, path: str) -> Any:
    with closing(HTTPConnection(LOCAL, port, timeout=30)) as connection:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())
