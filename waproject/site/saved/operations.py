"""Saving, renaming and deleting the filters of lists."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from contacts.phones.masks import masked_text
from waproject.audit.acting import acting
from waproject.site.saved.actions import SHARE, SavedFilterAction
from waproject.site.saved.models import LONGEST_QUERY, SavedFilter

MOST_SAVED = 50


class CannotSave(Exception):
    """Why the filter is not saved, in a sentence."""


def save(*, by: Any, model: str, name: str, query: str, is_shared: bool) -> SavedFilter:
    """Save filters of a list under a name. For everyone: with the right to it, and in the log.

    A search by a phone or an e-mail is refused: nothing would forget it with its person.
    """
    _check(query)
    if SavedFilter.objects.filter(owner=by, model=model).count() >= MOST_SAVED:
        raise CannotSave(
            _("There are %(most)s saved filters. Delete one first.") % {"most": MOST_SAVED}
        )
    saved = SavedFilter(owner=by, model=model, name=name, query=query, is_shared=is_shared)
    with _logged(saved, SavedFilterAction.SHARE, by), _one_of_a_name():
        saved.save()
    return saved


def rename(saved: SavedFilter, name: str, *, by: Any) -> None:
    """Give it another name."""
    with _logged(saved, SavedFilterAction.RENAME, by), _one_of_a_name():
        saved.name = name
        saved.save(update_fields=["name"])


def delete(saved: SavedFilter, *, by: Any) -> None:
    with _logged(saved, SavedFilterAction.DELETE, by):
        SavedFilter.objects.filter(pk=saved.pk).delete()


def may_change(saved: SavedFilter, user: Any) -> bool:
    """Whether this user may rename and delete it: one's own, or with the right all of everyone."""
    return bool(user.has_perm(SHARE) if saved.is_shared else saved.owner_id == user.pk)


def _check(query: str) -> None:
    if not query:
        raise CannotSave(_("The list shows everything: there is no filter to save."))
    if len(query) > LONGEST_QUERY:
        raise CannotSave(_("These are too many filters to be saved."))
    texts = [value for values in QueryDict(query).lists() for value in values[1]]
    if any(masked_text(text) != text for text in texts):
        raise CannotSave(_("A search by a phone or an e-mail is not saved."))


@contextmanager
def _logged(saved: SavedFilter, action: SavedFilterAction, by: Any) -> Iterator[None]:
    """Log it where it is about everyone's filter; their own people change without a trace."""
    if not saved.is_shared:
        with transaction.atomic():
            yield
        return
    with acting(by, action) as event:
        yield
        event.about, event.text = saved, saved.name


@contextmanager
def _one_of_a_name() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise CannotSave(_("There is already a filter with this name.")) from None
