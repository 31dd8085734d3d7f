"""What would become of two contacts if they were joined, for the person who has to decide."""

from dataclasses import dataclass
from typing import Any, cast

from django.db import models, transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from contacts.merging import merge
from contacts.models import Contact, ContactStatus
from contacts.permissions import said_address, shown_address, shown_text
from waproject.accounts.actors import Actor


@dataclass(frozen=True, slots=True)
class Line:
    """The values of two contacts under one title, and that of the contact joined of them."""

    title: str
    kept: str
    gone: str
    joined: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do: each title under which either has a value, and the rows moved."""

    lines: list[Line]
    moved: dict[str, int]


def preview(kept_id: int, gone_id: int, *, by: Actor) -> Preview:
    """What contacts.merging.merge would do: it is run and rolled back, so no rule stands twice.

    Raises as `merge` does.
    """
    with transaction.atomic():
        people = Contact.objects.in_bulk([kept_id, gone_id])
        if len(people) < 2:
            raise Contact.DoesNotExist
        kept, gone = _texts_of(people[kept_id]), _texts_of(people[gone_id])
        moved = merge(kept_id, gone_id, by=by)
        joined = _texts_of(Contact.objects.get(pk=kept_id))
        transaction.set_rollback(True)
    lines = (Line(title, kept[title], gone[title], joined[title]) for title in kept)
    return Preview([one for one in lines if one.kept or one.gone], dict(moved))


def _texts_of(contact: Contact) -> dict[str, str]:
    """The values of a contact as texts, by their titles."""
    further = (shown_text(f"{name}: {value}") for name, value in contact.custom_fields.items())
    return {
        _title("phone"): said_address(contact.phone),
        _title("name"): contact.name,
        _title("email"): shown_address(contact.email),
        _("addresses"): ", ".join(map(str, contact.addresses.identities())),
        **{_title(name): getattr(contact, name) for name in ("language", "time_zone")},
        _("tags"): ", ".join(map(str, contact.tags.order_by("name"))),
        _("further fields"): "\n".join(further),
        _("vehicles"): ", ".join(map(str, contact.vehicles.all())),
        _("status"): str(ContactStatus(contact.status).label),
        _("created"): date_format(localtime(contact.created_at), "SHORT_DATE_FORMAT"),
    }


def _title(name: str) -> str:
    return str(cast("models.Field[Any, Any]", Contact._meta.get_field(name)).verbose_name)
