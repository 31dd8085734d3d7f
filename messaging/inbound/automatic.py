"""What the handlers opt_outs and menu share: replies of entries, and the provider's own marks."""

from messaging.inbound.types import Inbound, Reply
from messaging.models import AutoReply

# The kinds of message that the provider's Advanced Opt-Out acts on and answers.
ANSWERED_BY_PROVIDER = {"STOP", "START", "HELP"}


def done_by_provider(inbound: Inbound) -> str:
    """STOP, START or HELP when the provider's Advanced Opt-Out has acted and answered; else "".

    Source: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
    """
    kind = str(inbound.message.content.get("OptOutType", "")).strip().upper()
    return kind if kind in ANSWERED_BY_PROVIDER else ""


def reply_of(entry: AutoReply) -> Reply:
    return Reply(
        entry.body,
        wants_human=calls_a_person(entry),
        content={"auto_reply": entry.event or entry.pk},
    )


def calls_a_person(entry: AutoReply) -> bool:
    return entry.action == AutoReply.Action.HUMAN
