"""The door of messages: into the database, or on the disk while it is away."""

import logging

from django.db import InterfaceError, OperationalError

from messaging.inbound.receive import receive
from messaging.kept.folder import Folder
from messaging.kept.taking_in import take_in_soon
from messaging.models import Message
from messaging.providers.base import Arrival

logger = logging.getLogger(__name__)


def receive_or_keep(arrival: Arrival) -> Message | None:
    """Take a message in, and return the answer to give, if any; without a database, keep it.

    While older ones wait on the disk it goes behind them, so that each person's stay in order.
    Where the disk takes no more it goes into the database before them, rather than nowhere. The
    caller may say that it has it: what is kept is on the disk. When that fails as well, the
    database's error is raised, and the provider asks again.
    """
    folder = Folder.of_tenant()
    if not folder.is_empty and _is_kept(folder, arrival):
        return None
    try:
        return receive(arrival)
    except (OperationalError, InterfaceError):
        if not _is_kept(folder, arrival):
            raise
        logger.error("The database is away: a message is kept on the disk.")
        return None


def _is_kept(folder: Folder, arrival: Arrival) -> bool:
    """Keep the message to be taken in soon; False where the disk takes nothing."""
    try:
        folder.keep(arrival)
    except OSError as no_room:
        logger.error("A message could not be kept on the disk: %s.", no_room.strerror)
        return False
    take_in_soon()
    return True
