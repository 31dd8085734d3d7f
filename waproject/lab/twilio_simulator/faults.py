"""The faults that can be asked for, each for a share of the requests."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from waproject.lab.twilio_simulator.chance import draw

# Not accepted; and accepted, but the client cannot know it.
NOT_ACCEPTED = {"429", "500", "drop", "timeout"}
ACCEPTED_IN_SECRET = {
    "500-accepted",
    "drop-accepted",
    "timeout-accepted",
    "malformed",
    "wrong-type",
}
ACCEPTED = {"slow", "lost-callback", "early-callback", "late-callback"}
KINDS = NOT_ACCEPTED | ACCEPTED_IN_SECRET | ACCEPTED

# Codes outside 20000-21999 that Twilio gives in the answer to the request itself.
_IN_THE_ANSWER = {63007, 63038}
_HTTP_STATUS = {20003: 401, 20403: 403, 20404: 404, 20429: 429, 63038: 429, 20500: 500}


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of `KINDS` or an error code of Twilio's, and the share of requests that meet it."""

    kind: str
    share: float

    @property
    def code(self) -> int | None:
        """Twilio's error code, None for the kinds that are trouble of the transport."""
        return None if self.kind in KINDS else int(self.kind)

    @property
    def accepts(self) -> bool:
        """Whether the message gets in in spite of it."""
        if self.code is None:
            return self.kind not in NOT_ACCEPTED
        return not is_in_the_answer(self.code)


def is_in_the_answer(code: int) -> bool:
    """Whether Twilio gives this code at once, rather than later in a status callback."""
    return 20000 <= code < 22000 or code in _IN_THE_ANSWER


def http_status(code: int) -> int:
    """The HTTP status that goes with a code given in the answer."""
    return _HTTP_STATUS.get(code, 400)


def parse_fault(text: str) -> Fault:
    """`CODE:SHARE` as typed, e.g. `63016:0.05` or `drop:5%`; ValueError with a sentence."""
    kind, _colon, share_text = text.partition(":")
    is_code = kind.isdigit() and len(kind) == 5
    if not (kind in KINDS or is_code):
        raise ValueError(
            _("“%(kind)s” is not a fault. Use a Twilio code such as 63016, or one of: %(kinds)s.")
            % {"kind": kind, "kinds": ", ".join(sorted(KINDS))}
        )
    try:
        share = float(share_text.rstrip("%")) / (100 if share_text.endswith("%") else 1)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise ValueError(
            _("“%(text)s” needs a share between 0 and 1 after the colon, such as %(kind)s:0.05.")
            % {"text": text, "kind": kind}
        )
    return Fault(kind, share)


class Chance:
    """Draws the fault of each request, by the recipient and how often they were tried.

    `met` counts the requests that met each kind.
    """

    def __init__(self, seed: int, faults: Sequence[Fault]) -> None:
        if sum(fault.share for fault in faults) > 1 + 1e-9:
            raise ValueError(_("The shares of all faults together are more than 1."))
        self._seed = seed
        self._faults = faults
        self._attempts: Counter[str] = Counter()
        self._tosses = 0
        self.met: Counter[str] = Counter()

    def next(self, to: str) -> Fault | None:
        """The fault that this request to `to` meets, None for most."""
        if not self._faults:
            return None
        self._attempts[to] += 1
        left = draw(self._seed, "fault", to, self._attempts[to])
        for fault in self._faults:
            left -= fault.share
            if left < 0:
                self.met[fault.kind] += 1
                return fault
        return None

    def coin(self) -> bool:
        """True for every other request."""
        self._tosses += 1
        return self._tosses % 2 == 1
