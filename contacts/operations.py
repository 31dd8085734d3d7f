"""What staff do with many people at once."""

from contacts.actions import ContactAction
from contacts.models import Contact, Tag
from contacts.querysets import ContactQuerySet
from waproject.accounts.actors import Actor
from waproject.audit.acting import acting


def add_tag(people: ContactQuerySet, tag: Tag, *, by: Actor) -> int:
    """Tag these people; return how many did not carry the tag before."""
    with acting(by, ContactAction.ADD_TAG, tag, text=tag.name) as event:
        count = people.add_tag(tag)
        event.after = {"people": count}
        event.is_needed = bool(count)
    return count


def remove_tag(people: ContactQuerySet, tag: Tag, *, by: Actor) -> int:
    """Take the tag from these people; return how many carried it."""
    with acting(by, ContactAction.REMOVE_TAG, tag, text=tag.name) as event:
        count = people.remove_tag(tag)
        event.after = {"people": count}
        event.is_needed = bool(count)
    return count


def make_reachable(people: ContactQuerySet, *, by: Actor) -> int:
    """Let campaigns write again to people whose address was refused; return to how many.

    For an address that the provider refused by mistake, or that works by now.
    """
    with acting(by, ContactAction.MAKE_REACHABLE, Contact) as event:
        count = people.mark_reachable_again()
        event.after = {"people": count}
        event.is_needed = bool(count)
    return count
