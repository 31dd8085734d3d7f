"""Recipients and audiences, when a person is erased (PERSON_ERASERS)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.models import Campaign, Recipient
from campaigns.models.launches import Launch
from campaigns.privacy.emptying import empty_recipients
from contacts.privacy.subjects import CannotErase, Subject
from contacts.search.lookups import struck_out
from waproject.audit.erasing import forget_reasons


def erase_recipients(subject: Subject) -> dict[str, int]:
    """Empty the recipients: campaigns count them, and nobody can tell who they were.

    CannotErase while a launch is under way: it has read the person already.
    """
    if Launch.objects.exists():
        raise CannotErase(_("A campaign is being launched. Try again when that is done."))
    own = Recipient.objects.filter(Q(contact=subject.contact) | Q(phone__in=subject.addresses))
    ids = list(own.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    forget_reasons(Recipient, ids, [])
    emptied = empty_recipients(ids, subject.stand_in, vehicle=None)
    return {str(Recipient._meta.verbose_name_plural): emptied}


_LONGEST_NAME = Campaign._meta.get_field("name").max_length


def erase_from_audiences(subject: Subject) -> dict[str, int]:
    """Strike the person out of audiences that name them, and out of the names of campaigns.

    What stands in their place is nobody's: a draft to this one person goes to no one.
    """
    names, struck = subject.words, 0
    for pk, name, audience in Campaign.objects.order_by("pk").values_list("pk", "name", "audience"):
        others = struck_out(name, names, subject.stand_in)[:_LONGEST_NAME]
        filters = _without(audience, names, subject.stand_in)
        if (others, filters) != (name, audience):
            struck += Campaign.objects.filter(pk=pk).update(name=others, audience=filters)
    return {str(Campaign._meta.verbose_name_plural): struck}


def _without(value: Any, names: Sequence[str], stand_in: str) -> Any:
    """A value of JSON with something else in the place of the names."""
    if isinstance(value, dict):
        return {key: _without(one, names, stand_in) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, names, stand_in) for one in value]
    return struck_out(value, names, stand_in) if isinstance(value, str) else value
