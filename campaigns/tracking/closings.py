"""Conversations that were resolved with an outcome, for the campaign that their people answered."""

from campaigns.models import Recipient
from campaigns.states import RecipientStatus, StatusSource
from campaigns.transitions import move
from messaging.inbox.models import Closing
from messaging.models import Message
from waproject.accounts.actors import Actor, user_of


def credit_campaign(closing: Closing, *, by: Actor) -> int | None:
    """The id of the campaign that the person answered last here; None for none.

    A sale closes them in it. Whoever may resolve a conversation may do that by it.
    """
    answers = Message.objects.inbound().filter(
        conversation=closing.conversation_id, campaign_id__isnull=False
    )
    last = answers.order_by("-id").values_list("campaign_id", "contact_id").first()
    if last is None:
        return None
    campaign_id, contact_id = last
    if closing.outcome.is_sale:
        user = user_of(by)
        move(
            Recipient.objects.filter(campaign=campaign_id, contact=contact_id),
            RecipientStatus.CLOSED,
            at=closing.at,
            source=StatusSource.MANUAL,
            metadata={"by": user.pk} if user else {},
            closed_at=closing.at,
        )
    return campaign_id
