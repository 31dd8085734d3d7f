"""The invariants of consent, checked over the whole database."""

from collections.abc import Iterator

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from contacts.models import Contact, ContactStatus
from optouts.models import Change, ConsentEvent, OptOut


def problems() -> Iterator[str]:
    """One sentence for each broken invariant, naming rows by their id."""
    for contact in _opted_out_without_row():
        yield _("Contact %(id)s is marked as opted out but is not on the list.") % {"id": contact}
    for contact in _listed_without_status():
        yield _("Contact %(id)s is on the list but not marked as opted out.") % {"id": contact}
    listed = set(OptOut.objects.values_list("contact_id", flat=True).iterator())
    out = set(_out_by_last_event())
    for contact in sorted(listed - out):
        yield _("Contact %(id)s is on the list but the last event does not say so.") % {
            "id": contact
        }
    for contact in sorted(out - listed):
        yield _("Contact %(id)s opted out in the last event but is not on the list.") % {
            "id": contact
        }


def _opted_out_without_row() -> Iterator[int]:
    rows = Contact.objects.filter(status=ContactStatus.OPTED_OUT, opt_out__isnull=True)
    return rows.order_by("pk").values_list("pk", flat=True).iterator()


def _listed_without_status() -> Iterator[int]:
    return _contacts(OptOut.objects.exclude(contact__status=ContactStatus.OPTED_OUT))


def _out_by_last_event() -> Iterator[int]:
    last = ConsentEvent.objects.order_by().values("contact_id").annotate(last=Max("pk"))
    events = ConsentEvent.objects.filter(pk__in=last.values("last"), change=Change.OUT)
    return events.order_by().values_list("contact_id", flat=True).iterator()


def _contacts(rows: QuerySet[OptOut]) -> Iterator[int]:
    return rows.order_by("contact_id").values_list("contact_id", flat=True).iterator()
