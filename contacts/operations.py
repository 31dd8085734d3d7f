"""What staff do with many people at once, and the notes that they write about one."""

from contacts.actions import ContactAction
from contacts.models import Contact, Note, Tag
from contacts.querysets import ContactQuerySet
from waproject.accounts.actors import Actor, permit, user_of
from waproject.audit.acting import acting


def add_tag(people: ContactQuerySet, tag: Tag, *, by: Actor) -> int:
    """Tag these people; return how many did not carry the tag before."""
    with acting(by, ContactAction.ADD_TAG, tag, text=tag.name) as event:
        count = people.add_tag(tag)
        event.after = {"people": count}
        event.is_needed = bool(count)
    return count


def tag_named(name: str, *, by: Actor) -> Tag:
    """The tag of this name, made now if there is none: that needs the right to make tags."""
    if tag := Tag.objects.named(name):
        return tag
    permit(by, "contacts.add_tag")
    return Tag.objects.get_or_create(name=name)[0]


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


def add_note(contact: Contact, text: str, *, by: Actor) -> Note:
    """Write down something about a person, for the colleagues. The log does not repeat it."""
    with acting(by, ContactAction.ADD_NOTE, contact):
        return Note.objects.create(contact=contact, text=text, author=user_of(by))


def delete_note(note: Note, *, by: Actor) -> None:
    """Delete a note: its author may, and whoever may change contacts.

    Where somebody else deleted it first nothing is done, and nothing logged.
    """
    is_own = note.author_id is not None and note.author == user_of(by)
    action = ContactAction.DELETE_OWN_NOTE if is_own else ContactAction.DELETE_NOTE
    with acting(by, action, note.contact) as event:
        deleted, _by_model = Note.objects.filter(pk=note.pk).delete()
        event.is_needed = bool(deleted)
