"""Taking numbers of an account into use, from what the provider lists."""

from collections.abc import Collection

from messaging.models import Account, Channel, Sender
from messaging.providers.base import RemoteSender, RemoteSenders
from messaging.standing.actions import StandingAction
from messaging.standing.syncing import note
from messaging.states import Tier
from waproject.accounts.actors import Actor
from waproject.audit.acting import acting

# How many people a day a new WhatsApp number writes to first, from day to day: it doubles, and
# stays below WhatsApp's tiers of 250 and 2,000 while those hold.
WARM_UP = [50, 100, 200, 400, 800, 1_500]


def connect(
    account: Account, found: RemoteSenders, chosen: Collection[str], *, service: str, by: Actor
) -> list[Sender]:
    """Make senders of the chosen of these numbers; return the new ones.

    `chosen` are ids of the provider, `service` that of a messaging service through which the new
    ones send, or "". What is a sender already stays as it is.
    """
    with acting(by, StandingAction.CONNECT) as event:
        made = []
        taken = set(Sender.objects.values_list("channel", "address"))
        for one in found.senders:
            if one.external_id not in chosen or (one.channel, one.address) in taken:
                continue
            sender = Sender(
                name=(one.name or one.address)[:100],
                account=account,
                channel=one.channel,
                address=one.address,
                messaging_service_sid=service,
                warm_up=WARM_UP if _is_young(one) else [],
                sends_files=one.sends_files,
                rate=80 if one.channel == "whatsapp" else 1,
            )
            sender.full_clean()
            sender.save()
            made.append(sender)
        note(account, found)
        event.after = {"account": account.pk}
        event.concern(Sender, [one.pk for one in made])
    return made


def _is_young(one: RemoteSender) -> bool:
    """Whether it has yet to earn its name: a number of a higher tier has written to many."""
    return one.channel == Channel.WHATSAPP and one.tier in (Tier.UNKNOWN, Tier.PEOPLE_250)
