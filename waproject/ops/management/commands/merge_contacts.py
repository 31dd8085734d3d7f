"""`manage.py merge_contacts`: people who stand in two contacts become one."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contacts import merging
from contacts.actions import ContactAction
from contacts.models import Contact
from waproject.accounts.actors import Actor
from waproject.audit.commands import ActingCommand
from waproject.core.db.retry import persistently


class Command(ActingCommand):
    help = _(
        "Join contacts that are one person: the same phone in two spellings, from before phones"
        " were compared by a key."
    )
    needs = (ContactAction.MERGE.permission, ContactAction.MAKE_REACHABLE.permission)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help=_("say what would be joined, and change nothing")
        )

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        dry_run: bool = options["dry_run"]
        found = list(merging.pairs())
        for gone, kept in found:
            self.stdout.write(self._join(gone, kept, by, dry_run))
        if not found:
            self.stdout.write(_("Every person stands in one contact."))
        elif dry_run:
            self.stdout.write(_("Nothing was changed: this was a dry run."))

    def _join(self, gone: int, kept: int | None, by: Actor, dry_run: bool) -> str:
        """Join one pair; return the sentence that says what was done."""
        ids = {"gone": gone, "kept": kept}
        if kept is None:
            if not dry_run:
                merging.give_key(gone, by=by)
            return _("Contact %(gone)s stands alone now, and can be written to again.") % ids
        try:
            moved = _merged(kept, gone, by, dry_run)
        except merging.CannotMerge as error:
            return _("Contact %(gone)s waits: %(why)s Run the command again.") % {
                **ids,
                "why": error,
            }
        except Contact.DoesNotExist:
            return _("Contact %(gone)s was joined or deleted meanwhile.") % ids
        rows = ", ".join(f"{count} {kind}" for kind, count in sorted(moved.items()))
        return _("Contact %(gone)s joined contact %(kept)s, which stays. Moved: %(rows)s.") % {
            **ids,
            "rows": rows or _("nothing"),
        }


@persistently
def _merged(kept: int, gone: int, by: Actor, dry_run: bool) -> Counter[str]:
    with transaction.atomic():
        moved = merging.merge(kept, gone, by=by)
        transaction.set_rollback(dry_run)
    return moved
