"""Whom the rules of the inbox give a conversation that nobody has: by tag, else in turn.

In turn it goes to whoever has the fewest to look after, so that nobody is given more than the
others however fast theirs are done.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Count

from contacts.models import Contact
from messaging.inbox.models import Assigning, InboxRules, TagRule
from messaging.models import Conversation
from messaging.operations import ANSWER, those_who_answer
from waproject.accounts.memberships import holders_of
from waproject.accounts.models import User
from waproject.core.db.bulk_lookup import Among


def chosen_for(people: Sequence[int]) -> list[User | None]:
    """Who gets a conversation with each of these contacts, in their order; None: nobody.

    A contact may come more than once. One query where the business gives by hand and has no rule
    by tag, and six at most.
    """
    rules = InboxRules.objects.prefetch_related("tag_rules").first() if people else None
    if rules is None or not (rules.assigning or rules.tag_rules.all()):
        return [None] * len(people)
    staff = {user.pk: user for user in those_who_answer()}
    by_tag = _by_tag(people, list(rules.tag_rules.all()))
    busy = _busy(staff) if rules.assigning == Assigning.IN_TURN else {}
    found: list[User | None] = []
    for contact_id in people:
        chosen = by_tag.get(contact_id)
        if chosen not in staff and busy:
            chosen = min(busy, key=lambda pk: (busy[pk], pk))
        if chosen in busy:
            busy[chosen] += 1
        found.append(staff.get(chosen) if chosen is not None else None)
    return found


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
    links = Contact.tags.through.objects.filter(Among("contact_id", int, people), tag__in=to)
    order = {rule.tag_id: rule.pk for rule in rules}
    found = sorted(links.values_list("contact_id", "tag_id"), key=lambda link: -order[link[1]])
    return {contact: to[tag] for contact, tag in found}
