"""What a late report of a message that is no campaign's says of its person.

That is an answer of staff, or an automatic one. Campaigns follow their own messages, of which a
failure can make a retry as well.
"""

from collections.abc import Sequence

from django.db import transaction

from messaging.delivery.settling.error_actions import (
    ABOUT_THE_PERSON,
    apply_to_person,
    is_said_later,
    lock_people,
    take_back,
)
from messaging.models import Message
from messaging.providers.base import Provider
from messaging.providers.errors import Action
from messaging.states import ARRIVED, ENDS, sources_of
from messaging.statuses.reports import StatusReport


@transaction.atomic(savepoint=False)
def follow_people(reports: Sequence[StatusReport]) -> set[StatusReport]:
    """Do to people what failures of these messages say of them; return the reports that are ours.

    A delivery after the failure takes that back. Called before the messages themselves move.
    """
    alone = [one for one in reports if one.status in ENDS | ARRIVED and not one.in_company]
    return {one for one in alone if _follow(one)}


def _follow(report: StatusReport) -> bool:
    message = _message_of(report)
    if message is None or message.contact_id is None:
        return False
    conversation, account = message.conversation, message.account
    if conversation is None or account is None:
        return False
    # Before the message, as everywhere. Another report may have moved it until the lock was had.
    lock_people([(message.contact_id, message.phone)])
    message.refresh_from_db(fields=["status", "error_code"])
    channel = conversation.sender.channel
    if report.status in ENDS:
        _fail(message, message.contact_id, account.api, channel, report)
    elif message.status in ENDS and message.error_code:
        _disprove(message, message.contact_id, account.api, channel)
    return True


def _message_of(report: StatusReport) -> Message | None:
    """By its sid, or by its token while it has no sid yet."""
    rows = Message.objects.outbound().filter(campaign_id=None)
    rows = rows.select_related("conversation__sender", "account")
    found = rows.filter(message_sid=report.sid).first()
    if found is None and report.token:
        found = rows.filter(token=report.token, message_sid=None).first()
    return found


def _fail(
    message: Message, person: int, provider: Provider, channel: str, report: StatusReport
) -> None:
    rule = provider.classify_error(report.error_code)
    # An opt-out counts even when the message was delivered before or after it.
    if message.status in sources_of(report.status) or rule.action is Action.OPT_OUT:
        apply_to_person(person, rule, message.phone, channel)


def _disprove(message: Message, person: int, provider: Provider, channel: str) -> None:
    """Take back what the failure did, unless that of a later message says the same."""
    rule = provider.classify_error(message.error_code)
    codes = provider.codes_for(rule.action)
    if rule.action in ABOUT_THE_PERSON and not is_said_later(
        person, rule, codes, message.created_at, channel
    ):
        take_back(person, rule, channel)
