"""The answer outside the hours of the business (an inbound handler), once to each person."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from contacts.states import ContactStatus
from messaging.delivery.hours import Hours
from messaging.inbound.automatic import done_by_provider
from messaging.inbound.types import Inbound, Reply
from messaging.inbox.models import InboxRules
from messaging.models import Conversation, Message
from waproject.tenants.preferences import preferences

# What is logged with the answer, by which it is known that the person had it.
AWAY = "away"
# No business is closed for longer without saying it elsewhere.
LONGEST = timedelta(days=7)


def answer_when_away(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
    """Say to whoever writes while the business is closed when it is open: once in each absence.

    Nobody who opted out is told, no spam is answered, and nothing is added to what the provider
    answered by itself.
    """
    rules = InboxRules.objects.exclude(away_text="").first()
    if rules is None:
        return {}
    began = closed_since(rules, timezone.now())
    if began is None:
        return {}
    told = Message.objects.automatic().filter(
        conversation__in=[one.conversation.pk for one in arrived],
        created_at__gte=began,
        content__has_key=AWAY,
    )
    known = set(told.values_list("conversation_id", flat=True))
    return {
        one: Reply(rules.away_text, content={AWAY: True})
        for one in arrived
        if one.conversation.pk not in known and _may_be_told(one)
    }


def _may_be_told(one: Inbound) -> bool:
    is_out = any(person.status == ContactStatus.OPTED_OUT for person in one.people)
    is_spam = one.conversation.status == Conversation.Status.SPAM
    return not (is_out or is_spam or done_by_provider(one))


def closed_since(rules: InboxRules, now: datetime) -> datetime | None:
    """Since when the business is closed, at most LONGEST ago; None while it is open.

    By its own clock, whatever clock the door of the message goes by.
    """
    hours = Hours(rules.opens, rules.closes, rules.days)
    zones = [ZoneInfo(preferences().time_zone)]
    if hours.is_open(now, zones):
        return None
    moment = now - LONGEST
    began = moment
    while (opening := hours.next_opening(moment, zones)) and opening < now:
        closing = hours.next_closing(opening, zones)
        if closing is None or closing > now:
            break
        began = moment = closing
    return began
