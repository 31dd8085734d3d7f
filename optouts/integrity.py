"""The invariants of consent, checked over the whole database, and the words that ask for it."""

from collections.abc import Iterator

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from contacts.models import Contact, ContactStatus
from contacts.phones.keys import phone_key
from optouts.models import Change, ConsentEvent, OptOut, Phrase
from optouts.recognition import builtin
from optouts.recognition.patterns import normalised
from optouts.recognition.words import Kind

# Staff switch off a phrase that holds too much. When more than this share of the built-in
# requests is gone, nobody has chosen phrase by phrase.
MOST_UNUSED = 0.1


def integrity_problems() -> Iterator[str]:
    """One sentence for each broken invariant, naming rows by their id."""
    yield from phrase_problems()
    for contact in _opted_out_without_row():
        yield _("Contact %(id)s is marked as opted out but is not on the list.") % {"id": contact}
    for contact in _listed_without_status():
        yield _("Contact %(id)s is on the list but not marked as opted out.") % {"id": contact}
    for row in _with_another_key():
        yield _("Opt-out %(id)s is filed under another number than its own.") % {"id": row}
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


def phrase_problems() -> Iterator[str]:
    """One sentence for each fault in the phrases by which opt-outs are recognised."""
    in_use = dict(Phrase.objects.in_use().values_list("normalised", "kind"))
    for phrase in builtin.core():
        if in_use.get(normalised(phrase.text)) != Kind.OPT_OUT:
            yield _(
                "The opt-out phrase “%(phrase)s” is missing from the table, or changed there: it is"
                " heard all the same. Put it right: manage.py restore_phrases"
            ) % {"phrase": phrase.text}
    asking = [one for one in builtin.patterns() if one.kind in (Kind.OPT_OUT, Kind.DOUBTFUL)]
    unused = sum(normalised(one.text) not in in_use for one in asking)
    if unused > MOST_UNUSED * len(asking):
        yield _(
            "%(unused)d of the %(all)d built-in phrases that ask for an opt-out are not in use:"
            " requests are missed. See the phrases in the admin."
        ) % {"unused": unused, "all": len(asking)}


def _opted_out_without_row() -> Iterator[int]:
    rows = Contact.objects.filter(status=ContactStatus.OPTED_OUT, opt_out__isnull=True)
    return rows.order_by("pk").values_list("pk", flat=True).iterator()


def _listed_without_status() -> Iterator[int]:
    return _contacts(OptOut.objects.exclude(contact__status=ContactStatus.OPTED_OUT))


def _with_another_key() -> Iterator[int]:
    rows = OptOut.objects.order_by("pk").values_list("pk", "phone", "phone_key").iterator()
    return (pk for pk, phone, key in rows if key != (phone_key(phone) if phone else None))


def _out_by_last_event() -> Iterator[int]:
    last = ConsentEvent.objects.order_by().values("contact_id").annotate(last=Max("pk"))
    events = ConsentEvent.objects.filter(pk__in=last.values("last"), change=Change.OUT)
    return events.order_by().values_list("contact_id", flat=True).iterator()


def _contacts(rows: QuerySet[OptOut]) -> Iterator[int]:
    return rows.order_by("contact_id").values_list("contact_id", flat=True).iterator()
