"""Gives a new conversation to somebody by itself (an inbound handler): by tag, else in turn.

In turn it goes to whoever has the fewest to look after, so that nobody is given more than the
others however fast theirs are done.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count
from django.utils import timezone

from contacts.models import Contact
from messaging.inbound.types import Inbound, Reply
from messaging.inbox.models import Assigning, Entry, EntryKind, InboxRules, TagRule
from messaging.models import Conversation
from messaging.operations import ANSWER, those_who_answer
from waproject.accounts.memberships import holders_of
from waproject.accounts.models import User


def assign_new(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
    """Choose who gets the conversations that nobody has. It answers nothing.

    The choice is written with the conversation (messaging.inbound.store), unless somebody took it
    meanwhile. Spam is given to nobody. One query where the business gives by hand and has no rule
    by tag.
    """
    free = [one for one in arrived if _is_free(one.conversation)]
    rules = InboxRules.objects.prefetch_related("tag_rules").first() if free else None
    if rules is None or not (rules.assigning or rules.tag_rules.all()):
        return {}
    staff = {user.pk: user for user in those_who_answer()}
    by_tag = _by_tag([one.contact.pk for one in free], list(rules.tag_rules.all()))
    busy = _busy(staff) if rules.assigning == Assigning.IN_TURN else {}
    entries = []
    for one in free:
        chosen = by_tag.get(one.contact.pk)
        if chosen not in staff and busy:
            chosen = min(busy, key=lambda pk: (busy[pk], pk))
        if chosen in staff:
            if chosen in busy:
                busy[chosen] += 1
            one.conversation.assignee_id = chosen
            entries.append(_entry(one, staff[chosen]))
    Entry.objects.bulk_create(entries)
    return {}


def _is_free(talk: Conversation) -> bool:
    return talk.assignee_id is None and talk.status != Conversation.Status.SPAM


def _busy(staff: Iterable[int]) -> dict[int, int]:
    """How many conversations each of these users has to look after.

    Those alone whose role may answer: superusers without one get what a rule by tag gives them.
    """
    by_role = list(holders_of(ANSWER).filter(pk__in=[*staff]).values_list("pk", flat=True))
    held = Conversation.objects.in_work().filter(
        assignee__in=by_role, last_inbound_at__isnull=False
    )
    counted = dict(held.order_by().values_list("assignee").annotate(count=Count("pk")))
    return {pk: counted.get(pk, 0) for pk in by_role}


def _by_tag(people: Sequence[int], rules: Sequence[TagRule]) -> dict[int, int]:
    """To whom the first rule that holds gives each of these people, by the person."""
    if not rules:
        return {}
    to = {rule.tag_id: rule.to_id for rule in rules}
    links = Contact.tags.through.objects.filter(contact__in=people, tag__in=to)
    order = {rule.tag_id: rule.pk for rule in rules}
    found = sorted(links.values_list("contact_id", "tag_id"), key=lambda link: -order[link[1]])
    return {contact: to[tag] for contact, tag in found}


def _entry(one: Inbound, to: User) -> Entry:
    name = to.get_full_name() or to.get_username()
    return Entry(
        conversation=one.conversation,
        kind=EntryKind.ASSIGNED,
        data={"to": {"id": to.pk, "name": name}},
        at=timezone.now(),
    )
