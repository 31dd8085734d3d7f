"""The first handler of inbound messages: does what they say about consent, and confirms it."""

from collections.abc import Mapping, Sequence

from contacts.models import ContactStatus
from messaging.inbound.automatic import done_by_provider, reply_of
from messaging.inbound.late_consent import is_overtaken
from messaging.inbound.types import Inbound, Reply
from messaging.models import AutoReply
from optouts.operations import act_on_finding
from optouts.recognition import vocabulary
from optouts.recognition.words import NOTHING, Finding, Verdict, Vocabulary, recognise

Event = AutoReply.Event

EVENT_OF = {Verdict.OPT_OUT: Event.OPT_OUT, Verdict.OPT_IN: Event.OPT_IN}
COUNTS_FIRST = (Verdict.OPT_OUT, Verdict.HELD, Verdict.OPT_IN, Verdict.NOTHING)
DONE_BY_PROVIDER = {"STOP": Verdict.OPT_OUT, "START": Verdict.OPT_IN}


def honour_opt_out(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
    """Opt people out, or in again, when that is what they say, and confirm it.

    A message that only may mean it is held, and the later handlers see it. They also see an opt-in
    of a person who is not opted out. Where the provider has answered, we do not.
    """
    words = vocabulary.current()
    answered = ((one, _handle_text(one, words)) for one in arrived)
    return {one: reply for one, reply in answered if reply is not None}


def _handle_text(inbound: Inbound, words: Vocabulary) -> Reply | None:
    was_out = any(person.status == ContactStatus.OPTED_OUT for person in inbound.people)
    text, finding = _what_is_said(inbound, words)
    if (inbound.is_late or inbound.is_kept) and is_overtaken(inbound, finding.verdict):
        return None
    for person in inbound.people:
        act_on_finding(person, finding, text, evidence=inbound.message.message_sid or "")
    kind = done_by_provider(inbound)
    if kind in DONE_BY_PROVIDER:
        return Reply("")
    if finding.verdict == Verdict.OPT_IN and not was_out:
        return None
    event = EVENT_OF.get(finding.verdict)
    if event is None:
        return None
    return Reply("") if kind else _confirmation(event)


def _what_is_said(inbound: Inbound, words: Vocabulary) -> tuple[str, Finding]:
    """The text that decides, and what it says about consent.

    What the provider has done counts before the words. A message may have several texts, such as a
    button and the button's id: an opt-out in any of them counts first.
    """
    kind = done_by_provider(inbound)
    if kind in DONE_BY_PROVIDER:
        said = f"(provider: {kind}) {inbound.text}".rstrip()
        return said, Finding(DONE_BY_PROVIDER[kind])
    found = [(text, recognise(text, words)) for text in inbound.choices]
    return min(found, key=lambda one: COUNTS_FIRST.index(one[1].verdict), default=("", NOTHING))


def _confirmation(event: str) -> Reply:
    entry = AutoReply.objects.filter(event=event, active=True).first()
    return reply_of(entry) if entry else Reply("")
