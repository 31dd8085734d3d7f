"""What the handlers opt_outs and menu share: replies of entries, and the provider's own marks."""

from messaging.content import DONE_BY_PROVIDER
from messaging.inbound.types import Inbound, Reply
from messaging.models import AutoReply


def done_by_provider(inbound: Inbound) -> str:
    """STOP, START or HELP when the provider has acted by itself and answered; else ""."""
    return str(inbound.message.content.get(DONE_BY_PROVIDER, ""))


def reply_of(entry: AutoReply) -> Reply:
    return Reply(
        entry.body,
        wants_human=calls_a_person(entry),
        content={"auto_reply": entry.event or entry.pk},
    )


def calls_a_person(entry: AutoReply) -> bool:
    return entry.action == AutoReply.Action.HUMAN
