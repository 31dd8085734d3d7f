"""Deliveries, when two contacts turn out to be one person (CONTACT_MERGERS)."""

from django.utils.translation import gettext as _

from contacts.merging import CannotMerge, Merge
from messaging.models import Delivery


def move_deliveries(moving: Merge) -> dict[str, int]:
    """Give the one that stays what waits to be sent to the other; each goes to its address then.

    CannotMerge while a message to either is under way: its worker knows the contacts as they are.
    """
    both = Delivery.objects.filter(contact__in=[moving.kept, moving.gone]).order_by("pk")
    locked = list(both.select_for_update(of=("self",)))
    if any(one.state != "waiting" for one in locked):
        raise CannotMerge(_("A message to this person is being sent."))
    Delivery.objects.filter(contact=moving.gone).update(contact=moving.kept)
    return {}
