"""What must always hold in this app's tables; `check_integrity` prints what does not."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from messaging.models import Account, Conversation, KeptStatus, Message
from messaging.states import Direction, MessageStatus
from waproject.core.secrets import SecretError

# A callback or a tick that has not come after this time will hardly come.
PATIENCE = timedelta(hours=1)


def integrity_problems() -> Iterator[str]:
    """A sentence for each row that breaks a rule. Nothing when all is well."""
    yield from _message_problems()
    yield from _conversation_problems()
    yield from _kept_status_problems()
    yield from _account_problems()


def _account_problems() -> Iterator[str]:
    for account in Account.objects.all():
        for secret in (account.access_token, account.webhook_verify_token):
            try:
                secret.reveal()
            except SecretError as error:
                yield f"{account.name}: {error}"


def _message_problems() -> Iterator[str]:
    inbound = Message.objects.inbound()
    old = Message.objects.filter(created_at__lt=timezone.now() - PATIENCE)
    rules = {
        # The provider names its answers only by their first callback, which may get lost.
        _("Message %(pk)s was sent without the provider's sid."): old.outbound().filter(
            message_sid=None, in_reply_to=None
        ),
        _("Message %(pk)s was received without the provider's sid."): inbound.filter(
            message_sid=None
        ),
        _("Message %(pk)s has a status of the other direction."): Message.objects.filter(
            Q(direction=Direction.INBOUND) & ~Q(status=MessageStatus.RECEIVED)
            | Q(direction=Direction.OUTBOUND, status=MessageStatus.RECEIVED)
        ),
        _("Message %(pk)s has a status without its time."): Message.objects.filter(
            Q(status=MessageStatus.SENT, sent_at=None)
            | Q(status=MessageStatus.DELIVERED, delivered_at=None)
            | Q(status=MessageStatus.READ, read_at=None)
            | Q(status__in=["failed", "undelivered", "canceled"], failed_at=None)
        ),
        _("Message %(pk)s stands in the conversation of another contact."): Message.objects.filter(
            contact__isnull=False, conversation__isnull=False
        ).exclude(contact=F("conversation__contact")),
    }
    for sentence, broken in rules.items():
        for pk in broken.order_by("pk").values_list("pk", flat=True).iterator():
            yield sentence % {"pk": pk}


def _conversation_problems() -> Iterator[str]:
    newest = Conversation.objects.annotate(newest=Max("messages__created_at"))
    stale = newest.filter(newest__isnull=False).exclude(last_message_at=F("newest"))
    for pk in stale.order_by("pk").values_list("pk", flat=True).iterator():
        yield _("Conversation %(pk)s does not show its newest message.") % {"pk": pk}
    from_people = Q(messages__direction=Direction.INBOUND)
    heard = Conversation.objects.annotate(heard=Max("messages__created_at", filter=from_people))
    deaf = heard.filter(heard__isnull=False).exclude(last_inbound_at=F("heard"))
    for pk in deaf.order_by("pk").values_list("pk", flat=True).iterator():
        yield _("Conversation %(pk)s does not show what the person said last.") % {"pk": pk}


def _kept_status_problems() -> Iterator[str]:
    logged = Message.objects.outbound().filter(message_sid=OuterRef("message_sid"))
    old = KeptStatus.objects.to_be_applied().kept_before(timezone.now() - PATIENCE)
    forgotten = old.filter(Exists(logged))
    for kept in forgotten.order_by("pk").iterator():
        yield _("The status %(status)s of message %(sid)s was never applied.") % {
            "status": kept.status,
            "sid": kept.message_sid,
        }
