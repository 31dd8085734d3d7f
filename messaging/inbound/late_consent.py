"""What a late message may still say about consent: its person may have written since."""

from messaging.inbound.types import Inbound
from messaging.models import Message
from optouts.models import Change, ConsentEvent, Source
from optouts.recognition.words import Verdict


def is_overtaken(inbound: Inbound, verdict: Verdict) -> bool:
    """Whether a later word stands against what a late message says.

    A later message of the person always does. An opt-out that came since from elsewhere (staff, a
    list, the provider) stands against an opt-in, but nothing from elsewhere against an opt-out.
    """
    written_at = inbound.message.created_at
    since = ConsentEvent.objects.filter(
        contact__in=[one.pk for one in inbound.people], at__gt=written_at
    )
    for event in since:
        if event.source == Source.MESSAGE:
            if _was_written_after(event, inbound.message):
                return True
        elif verdict == Verdict.OPT_IN and event.change == Change.OUT:
            return True
    return False


def _was_written_after(event: ConsentEvent, message: Message) -> bool:
    """Whether the message behind an event, which names its sid, is newer than this one.

    Events bear the time at which their message came in, which counts where the log lacks the
    message.
    """
    sid = event.evidence.partition(":")[0]
    behind = Message.objects.inbound().filter(message_sid=sid).values_list("created_at", flat=True)
    return next(iter(behind), event.at) > message.created_at
