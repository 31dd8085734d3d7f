"""The invariants of campaigns, recipients and their history, checked over the whole database.

Each check is one query that finds the rows which break it: a sound database costs a few scans.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    Window,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Lag
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Recipient, StatusChange
from campaigns.sending.streams import KIND
from campaigns.states import (
    RECIPIENT_TRANSITIONS,
    CampaignStatus,
    RecipientStatus,
    StatusSource,
)
from messaging.models import Delivery, Message
from optouts.models import OptOut
from waproject.core.integrity import Check, broken

# An opt-out bears the moment at which it was heard, a little before its commit; clocks of two
# machines differ a little.
CLOCK_GRACE = timedelta(seconds=5)


def integrity_problems() -> Iterator[str]:
    """One sentence for each broken invariant, naming the first rows by their id."""
    return broken(CHECKS)


def wrong_sent_count() -> QuerySet[Campaign]:
    accepted = _per_campaign(Recipient.objects.filter(sent_at__isnull=False))
    return Campaign.objects.exclude(sent_count=accepted)


def wrong_total() -> QuerySet[Campaign]:
    return Campaign.objects.exclude(total_recipients=_per_campaign(Recipient.objects.all()))


def _per_campaign(recipients: QuerySet[Recipient]) -> Coalesce:
    """The number of these recipients in the campaign of the outer query."""
    counted = (
        recipients.filter(campaign=OuterRef("pk"))
        .order_by()
        .values("campaign")
        .annotate(people=Count("pk"))
        .values("people")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def completed_with_open_recipients() -> QuerySet[Campaign]:
    return Campaign.objects.filter(
        Exists(Recipient.objects.open().filter(campaign=OuterRef("pk"))),
        status=CampaignStatus.COMPLETED,
    )


def launching_without_launch() -> QuerySet[Campaign]:
    """Campaigns that are launching without a Launch row, and Launch rows of other campaigns."""
    launching = Q(status=CampaignStatus.LAUNCHING)
    under_way = Q(launch__isnull=False)
    return Campaign.objects.filter((launching & ~under_way) | (under_way & ~launching))


def sent_without_message() -> QuerySet[Recipient]:
    """Recipients with a sid whose message is not in the log, or is there for another person."""
    logged = Message.objects.outbound().filter(
        message_sid=OuterRef("message_sid"),
        campaign_id=OuterRef("campaign_id"),
        contact=OuterRef("contact"),
    )
    return Recipient.objects.filter(~Exists(logged), message_sid__isnull=False)


def message_without_recipient() -> QuerySet[Message]:
    """Messages of a campaign that belong to no recipient: a person was written to twice.

    A message that failed is allowed: its recipient may have been written to again. Two messages are
    allowed where the first was reported as failed and arrived after the retry had left.
    """
    recipients = Recipient.objects.filter(
        message_sid=OuterRef("message_sid"),
        campaign=OuterRef("campaign_id"),
        contact=OuterRef("contact"),
    )
    retried = StatusChange.objects.annotate(given_up=KeyTextTransform("message_sid", "metadata"))
    known_retries = retried.filter(
        Q(given_up=OuterRef("message_sid")) | Q(given_up=F("recipient__message_sid")),
        recipient__campaign=OuterRef("campaign_id"),
        recipient__contact=OuterRef("contact"),
    )
    arrived = Message.objects.outbound().exclude(status__in=["failed", "canceled", "undelivered"])
    return arrived.filter(~Exists(recipients), ~Exists(known_retries), campaign_id__isnull=False)


def sent_twice_to_one_address() -> QuerySet[Recipient]:
    earlier = Recipient.objects.filter(
        campaign=OuterRef("campaign"),
        phone=OuterRef("phone"),
        sent_at__isnull=False,
        pk__lt=OuterRef("pk"),
    )
    return Recipient.objects.filter(Exists(earlier), sent_at__isnull=False)


def pending_without_delivery() -> QuerySet[Recipient]:
    """Pending recipients that nothing in the queue will write to."""
    return Recipient.objects.open().filter(
        ~Exists(Delivery.objects.filter(token=OuterRef("token")))
    )


def delivery_without_pending() -> QuerySet[Delivery]:
    """Deliveries of campaigns whose recipient is not pending: it would be written to again."""
    waiting = Recipient.objects.open().filter(token=OuterRef("token"))
    return Delivery.objects.filter(~Exists(waiting), stream__kind=KIND)


def sent_after_opt_out() -> QuerySet[Recipient]:
    """Recipients of whose message the provider's answer came later than a claim can last.

    The answer to a request that left before the opt-out may come after it, by a lease at most.
    """
    lease = timedelta(seconds=settings.SENDING_LEASE_SECONDS)
    late_answer = StatusChange.objects.filter(
        recipient=OuterRef("pk"),
        new=RecipientStatus.SENT,
        source=StatusSource.ENGINE,
        at__gt=OuterRef("contact__opt_out__opted_out_at") + lease + CLOCK_GRACE,
    )
    return Recipient.objects.filter(
        Exists(late_answer), sent_at__isnull=False, contact__opt_out__isnull=False
    )


def message_to_another_address() -> QuerySet[Recipient]:
    """Recipients whose message went elsewhere than their row says."""
    elsewhere = Message.objects.outbound().filter(message_sid=OuterRef("message_sid"))
    return Recipient.objects.filter(
        Exists(elsewhere.exclude(phone=OuterRef("phone"))), message_sid__isnull=False
    )


def sent_to_an_address_on_the_list() -> QuerySet[Recipient]:
    """Recipients sent to a claim's length after another contact opted out with the address.

    Staff may have given that contact another number since: what counts is the number of the list.
    """
    lease = timedelta(seconds=settings.SENDING_LEASE_SECONDS)
    listed = OptOut.objects.filter(
        phone=OuterRef("phone"), opted_out_at__lt=OuterRef("sent_at") - lease - CLOCK_GRACE
    )
    return Recipient.objects.filter(
        Exists(listed.exclude(contact=OuterRef("contact"))), sent_at__isnull=False
    )


def history_of_another_end() -> QuerySet[Recipient]:
    """Recipients whose last recorded move is not to their status; no move at all means pending."""
    last = StatusChange.objects.filter(recipient=OuterRef("pk")).order_by("-pk").values("new")
    recorded = Coalesce(Subquery(last[:1]), Value(RecipientStatus.PENDING.value))
    return Recipient.objects.exclude(status=recorded)


def moves_that_are_not_allowed() -> QuerySet[StatusChange]:
    """Moves outside the table of transitions; a history may begin in any status."""
    allowed = Q(old="")
    for old, targets in RECIPIENT_TRANSITIONS.items():
        allowed |= Q(old=old, new__in=targets)
    return StatusChange.objects.exclude(allowed)


def moves_from_elsewhere() -> QuerySet[StatusChange]:
    """Moves that do not start where the one before them ended."""
    before = Window(Lag("new"), partition_by="recipient", order_by="pk")
    start = Coalesce(before, Value(RecipientStatus.PENDING.value))
    return StatusChange.objects.annotate(start=start).exclude(old="").exclude(old=F("start"))


CHECKS: list[Check] = [
    (wrong_sent_count, _("Campaigns whose count of sent messages is wrong: %(rows)s.")),
    (wrong_total, _("Campaigns whose count of recipients is wrong: %(rows)s.")),
    (
        completed_with_open_recipients,
        _("Completed campaigns with people whose outcome is open: %(rows)s."),
    ),
    (launching_without_launch, _("Campaigns whose launch cannot go on: %(rows)s.")),
    (sent_without_message, _("Recipients whose message is not in the log: %(rows)s.")),
    (message_without_recipient, _("Messages of a campaign that belong to no recipient: %(rows)s.")),
    (
        sent_twice_to_one_address,
        _("Recipients whose address had the campaign's message already: %(rows)s."),
    ),
    (
        pending_without_delivery,
        _("Pending recipients that are not in the queue: %(rows)s."),
    ),
    (
        delivery_without_pending,
        _("Deliveries in the queue whose recipient is not pending: %(rows)s."),
    ),
    (sent_after_opt_out, _("Recipients written to after they opted out: %(rows)s.")),
    (
        message_to_another_address,
        _("Recipients whose message went to another address than theirs: %(rows)s."),
    ),
    (
        sent_to_an_address_on_the_list,
        _("Recipients written to at an address that had opted out: %(rows)s."),
    ),
    (history_of_another_end, _("Recipients whose history does not end in their status: %(rows)s.")),
    (moves_that_are_not_allowed, _("Status changes that are not allowed: %(rows)s.")),
    (moves_from_elsewhere, _("Status changes that do not follow the one before: %(rows)s.")),
]
