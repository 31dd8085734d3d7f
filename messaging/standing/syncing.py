"""Asking the provider how our senders are, and writing it down."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from contacts.phones.keys import phone_key
from messaging.delivery.waking import look_for_room
from messaging.models import Account, Channel, Sender
from messaging.providers.base import (
    NotConfigured,
    ProviderUnavailable,
    RemoteSender,
    RemoteSenders,
)
from messaging.standing.models import Standing, StandingChange
from messaging.states import AccountStatus, Quality, Tier

ASK_EVERY = timedelta(minutes=15)
# A provider that does not answer is asked after so long, then after twice as long, up to the most.
ASK_EVERY_MOST = timedelta(hours=2)


def sync_due() -> int:
    """Ask about the senders that were not asked about lately; return how many accounts answered."""
    return sum(map(sync, due(timezone.now())))


def due(now: datetime) -> "Iterable[Account]":
    """The connected accounts with a sender in use that was not asked about lately.

    Not those whose provider gave no answer, until it is their time again.
    """
    waiting = Q(standing=None) | Q(standing__seen_at__lt=now - ASK_EVERY)
    senders = _told_of().filter(waiting, status=Sender.Status.ACTIVE)
    may_ask = Q(senders_ask_at=None) | Q(senders_ask_at__lte=now)
    return Account.objects.filter(
        may_ask, status=AccountStatus.CONNECTED, pk__in=senders.values("account")
    ).order_by("pk")


def _told_of() -> "QuerySet[Sender]":
    """The senders of channels that the provider lists."""
    return Sender.objects.exclude(channel=Channel.OTHER)


def sync(account: Account) -> bool:
    """Ask the provider about an account's senders, and note it; False when it did not answer."""
    try:
        found = ask(account)
    except (NotConfigured, ProviderUnavailable):
        _put_off(account)
        return False
    note(account, found)
    return True


def _put_off(account: Account) -> None:
    """Wait longer after each time without an answer."""
    rows = Account.objects.filter(pk=account.pk)
    times = rows.values_list("senders_unanswered", flat=True).get()
    wait = min(ASK_EVERY_MOST, ASK_EVERY * 2 ** min(times, 10))
    rows.update(senders_unanswered=min(times + 1, 1_000), senders_ask_at=timezone.now() + wait)


@async_to_sync
async def ask(account: Account) -> RemoteSenders:
    """All that the account can write from. Raises NotConfigured and ProviderUnavailable."""
    async with account.gateway() as gateway:
        return await gateway.list_senders()


@transaction.atomic
def note(account: Account, found: RemoteSenders) -> None:
    """Write down what the provider said of the senders that we have."""
    now = timezone.now()
    unanswered = Account.objects.filter(pk=account.pk, senders_unanswered__gt=0)
    unanswered.update(senders_unanswered=0, senders_ask_at=None)
    there = {(one.channel, phone_key(one.address)): one for one in found.senders}
    services = {one.external_id: one for one in found.services}
    ours = _told_of().filter(account=account)
    for sender in ours.select_for_update(no_key=True).order_by("pk"):
        remote = there.get((sender.channel, phone_key(sender.address)))
        if remote is None:
            _note_missing(sender, now)
            continue
        service = services.get(sender.messaging_service_sid)
        through_service = service is not None and not service.leaves_to_number
        url = service.inbound_url if service and through_service else remote.inbound_url
        _note(sender, remote, url, now)


def _note(sender: Sender, remote: RemoteSender, inbound_url: str, now: datetime) -> None:
    before = Standing.objects.filter(pk=sender.pk).first()
    known = before and (sender.quality, sender.tier, before.state)
    if remote.channel == Channel.WHATSAPP:
        _note_allowed(sender, remote)
    elif sender.sends_files != remote.sends_files:
        Sender.objects.filter(pk=sender.pk).update(sends_files=remote.sends_files)
    Standing.objects.update_or_create(
        sender=sender,
        defaults={
            "external_id": remote.external_id,
            "state": remote.state[:40],
            "is_online": remote.is_online,
            "reasons": list(remote.reasons),
            "inbound_url": inbound_url[:500],
            "seen_at": now,
            "gone_at": None,
        },
    )
    if known != (sender.quality, sender.tier, remote.state[:40]):
        _note_change(sender, remote.state, now)


def _note_allowed(sender: Sender, remote: RemoteSender) -> None:
    """Take over what decides how many people a day it writes to; at once where that changed."""
    if (sender.quality, sender.tier) == (remote.quality, remote.tier):
        return
    sender.quality, sender.tier = remote.quality, remote.tier
    Sender.objects.filter(pk=sender.pk).update(quality=remote.quality, tier=remote.tier)
    look_for_room(sender.pk)


def _note_missing(sender: Sender, now: datetime) -> None:
    """The provider does not list it: the row stays, and says since when."""
    row, is_new = Standing.objects.get_or_create(
        sender=sender, defaults={"seen_at": now, "gone_at": now, "is_online": False}
    )
    if is_new or row.gone_at is None:
        _note_change(sender, "", now)
    rows = Standing.objects.filter(pk=sender.pk)
    rows.update(seen_at=now, gone_at=row.gone_at or now, is_online=False, state="")


def _note_change(sender: Sender, state: str, now: datetime) -> None:
    StandingChange.objects.create(
        sender=sender,
        at=now,
        quality=Quality(sender.quality),
        tier=Tier(sender.tier),
        state=state[:40],
    )
