"""Small counts of the first page, in one statement."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from campaigns.models import Campaign
from contacts.models import Contact
from messaging.inbox.reading.shelves import on_shelf, shelf_named
from messaging.models import Account, Message, Sender, Template
from messaging.states import AccountStatus
from optouts.models import Hold, OptOut
from waproject.core.days import days_back
from waproject.core.db.counting import CountUpTo
from waproject.tenants.models import Tenant
from waproject.tenants.scope import current_tenant_id

# More of a kind are not told apart at a glance.
MOST_COUNTED = 1_000
# A day may have more messages and people than that.
MOST_A_DAY = 100_000


@dataclass(frozen=True)
class Counts:
    """`asking`, `held` and `due` wait for a person; the next two are of today.

    The last five say whether there is one at all: the first steps.
    """

    asking: int
    held: int
    due: int
    people_today: int
    opt_outs_today: int
    connected: int
    senders: int
    approved: int
    contacts: int
    launched: int


def counts() -> Counts:
    """The counts of the scope's business. One query."""
    columns = {name: CountUpTo(rows, most) for name, (rows, most) in _questions().items()}
    business = Tenant.objects.filter(pk=current_tenant_id()).order_by()
    row: Any = business.values(**columns)[0]
    return Counts(**row)


def _questions() -> dict[str, tuple[QuerySet[Any], int]]:
    """Rows by the name of their count, and up to how many they are counted."""
    today = days_back(0)
    wrote = Message.objects.inbound().since(today).filter(contact__isnull=False)
    return {
        # What the views of the inbox hold to which these lead.
        "asking": (on_shelf(shelf_named("asking"), None), MOST_COUNTED),
        "due": (on_shelf(shelf_named("due"), None), MOST_COUNTED),
        "held": (Hold.objects.open(), MOST_COUNTED),
        "people_today": (Contact.objects.filter(pk__in=wrote.values("contact")), MOST_A_DAY),
        "opt_outs_today": (OptOut.objects.since(today), MOST_A_DAY),
        "connected": (Account.objects.filter(status=AccountStatus.CONNECTED), 1),
        "senders": (Sender.objects.filter(status=Sender.Status.ACTIVE), 1),
        "approved": (Template.objects.filter(status=Template.Status.APPROVED), 1),
        "contacts": (Contact.objects.all(), 1),
        "launched": (Campaign.objects.filter(started_at__isnull=False), 1),
    }
