"""Consent, when two contacts turn out to be one person (CONTACT_MERGERS)."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.merging import Merge
from contacts.models import Contact, ContactStatus
from contacts.phones.keys import phone_key
from optouts.models import Change, ConsentEvent, Decision, Hold, OptOut, Reason
from optouts.operations import SOURCE_OF, opt_out_phones, release_phones


def move_consent(moving: Merge) -> dict[str, int]:
    """An opt-out of either holds for the one that stays; events and held messages move to it.

    Where one of the two could still be written to, the opt-out counts from now: the events tell
    when the person asked for it.
    """
    kept, gone = moving.kept, moving.gone
    # By the plain QuerySet: events are append-only, but these turned out to be another contact's.
    events = QuerySet(ConsentEvent).filter(contact=gone).update(contact=kept)
    holds = Hold.objects.filter(contact=gone).update(contact=kept)
    rows = list(OptOut.objects.filter(contact__in=[kept, gone]).order_by("-opted_out_at"))
    if rows:
        _join_opt_outs(moving, rows)
    return {
        str(ConsentEvent._meta.verbose_name_plural): events,
        str(Hold._meta.verbose_name_plural): holds,
        str(OptOut._meta.verbose_name_plural): sum(row.contact_id == gone.pk for row in rows),
    }


def _join_opt_outs(moving: Merge, rows: list[OptOut]) -> None:
    """Leave one of the rows, the latest, for the one that stays."""
    kept, now, latest = moving.kept, timezone.now(), rows[0]
    former = _former_phones(moving, rows)
    phone = former[0] if former else moving.phone
    OptOut.objects.filter(pk__in=[row.pk for row in rows]).delete()
    if phone:
        release_phones([phone])
    OptOut.objects.create(
        contact=kept,
        phone=phone,
        opted_out_at=latest.opted_out_at if len(rows) == 2 else now,
        reason=latest.reason,
    )
    Contact.objects.filter(pk=kept.pk).update(status=ContactStatus.OPTED_OUT)
    ConsentEvent.objects.create(
        contact=kept,
        change=Change.OUT,
        source=SOURCE_OF[Reason(latest.reason)],
        note=_("Joined with contact %(id)s: an opt-out of either holds.") % {"id": moving.gone.pk},
        at=now,
    )
    Hold.objects.open().filter(contact=kept).update(decision=Decision.OPT_OUT, decided_at=now)
    # A person has one row: a second former number stays on the list with a contact of its own.
    opt_out_phones(
        former[1:],
        reason=latest.reason,
        note=_("A former number of contact %(id)s, who had opted out with it.") % {"id": kept.pk},
    )


def _former_phones(moving: Merge, rows: list[OptOut]) -> list[str]:
    """The numbers with which they opted out and that neither has any more, each line once.

    They stay on the list before the one that they have: that is kept back by Contact.status, a
    former one by the list alone.
    """
    phones = (moving.kept.phone, moving.gone.phone)
    own = {phone_key(phone) for phone in phones if phone}
    listed = {phone_key(row.phone): row.phone for row in rows if row.phone}
    return [phone for key, phone in listed.items() if key not in own]
