"""Doing something as somebody: the permission, the transaction and the event, at one place.

    with acting(by, CampaignAction.PAUSE) as event:
        campaign = locked(campaign_id)
        event.about, event.text = campaign, campaign.name
        event.before = {"status": campaign.status}
        ...

An app lists its actions in an enumeration of AUDITED_ACTIONS; each names its permission.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Model

from waproject.accounts.actors import Actor, permit, user_of
from waproject.audit.models import Event
from waproject.audit.origins import current_origin

# An event about many objects says which, up to so many.
IDS_KEPT = 100


class Action(Protocol):
    """A member of an enumeration of actions."""

    @property
    def value(self) -> str: ...

    @property
    def permission(self) -> str:
        """What a user needs to do this, as has_perm takes it."""


@dataclass
class Entry:
    """An event to be, which the operation fills in.

    `about` is the object, or the model of many objects; `text` names it, unless it is a customer or
    something of a customer. `before` and `after` are what changed, as JSON takes it.
    """

    about: Model | type[Model] | None = None
    text: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    is_needed: bool = True

    def concern(self, model: type[Model], ids: Iterable[int]) -> None:
        """Say which objects it is about: one by itself, many by their model, their number and ids.

        About none: the operation found nothing to do, and no event is written.
        """
        found = list(ids)
        self.about = model(pk=found[0]) if len(found) == 1 else model
        if len(found) > 1:
            self.after |= {"count": len(found), "ids": found[:IDS_KEPT]}
        self.is_needed = bool(found)

    def drop(self) -> None:
        """Write no event: the operation found nothing to do."""
        self.is_needed = False


@contextmanager
def acting(
    by: Actor,
    action: Action,
    about: Model | type[Model] | None = None,
    *,
    text: str = "",
    reason: str = "",
) -> Iterator[Entry]:
    """Do something in a transaction, and write its event at the end of it.

    Raises PermissionDenied before anything is done when the actor may not do this.
    """
    permit(by, action.permission)
    with transaction.atomic():
        entry = Entry(about, text, reason=reason)
        yield entry
        if entry.is_needed:
            record(by, action.value, entry)


def announce(
    by: Actor,
    action: Action,
    about: Model | type[Model],
    *,
    text: str = "",
    reason: str = "",
    after: dict[str, Any] | None = None,
) -> None:
    """Log what is carried out in several transactions, before the first of them.

    Raises PermissionDenied when the actor may not do this.
    """
    permit(by, action.permission)
    record(by, action.value, Entry(about, text, after=after or {}, reason=reason))


def record_act(
    by: Actor, action: str, about: Model | type[Model], *, text: str, after: dict[str, Any]
) -> None:
    """As `record`, for pages of the core: settings.ACT_RECORDERS names it."""
    record(by, action, Entry(about, text, after=after))


def record(by: Actor, action: str, entry: Entry) -> None:
    """Write the event of what somebody does who has shown the right to it."""
    if entry.about is None:
        raise TypeError(f"{action} does not say what it is about.")
    user = user_of(by)
    Event.objects.create(
        actor=user,
        actor_name=user.get_username() if user else "",
        action=action,
        object_type=entry.about._meta.label_lower,
        object_id="" if isinstance(entry.about, type) else str(entry.about.pk),
        object_text=entry.text[:200],
        before=entry.before,
        after=entry.after,
        reason=entry.reason,
        origin=current_origin()[:200],
    )
