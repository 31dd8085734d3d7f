"""The lane of a sender: at most one worker serves it at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from messaging.delivery.models import Lane
from messaging.tokens import new_token

LANE_SECONDS_MOST = 30.0


@dataclass(frozen=True, slots=True)
class Hold:
    """One worker's right to serve a sender. `token` tells it from every other worker's."""

    sender_id: int
    token: str

    def keep(self) -> bool:
        """Hold the lane for longer; False when it ended and another worker has taken it since."""
        until = timezone.now() + timedelta(seconds=lane_seconds())
        return bool(self._ours().update(runner_until=until))

    def leave(self) -> None:
        """Let the next worker have the sender. A lane that another has by now stays theirs."""
        self._ours().update(runner_until=None, runner_token="")

    def _ours(self) -> "QuerySet[Lane]":
        return Lane.objects.filter(pk=self.sender_id, runner_token=self.token)


def take_lane(sender_id: int) -> Hold | None:
    """Take a sender for one worker; None when another has it.

    Two workers on one sender would do no harm (the claims keep them apart), but they would multiply
    with every tick.
    """
    now = timezone.now()
    hold = Hold(sender_id, new_token())
    taken = (
        free_lanes(now)
        .filter(pk=sender_id)
        .update(
            wake_at=None,
            runner_token=hold.token,
            runner_until=now + timedelta(seconds=lane_seconds()),
        )
    )
    return hold if taken else None


def free_lanes(now: datetime) -> "QuerySet[Lane]":
    """Lanes that no worker has."""
    return Lane.objects.filter(Q(runner_until__isnull=True) | Q(runner_until__lt=now))


def lane_seconds() -> float:
    """How long a worker holds its sender: no longer than it holds its claims.

    So both are free at the same moment when it dies.
    """
    return min(LANE_SECONDS_MOST, settings.SENDING_LEASE_SECONDS)
