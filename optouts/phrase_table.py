"""Every change of the phrase table that touches more than one row."""

from collections.abc import Sequence

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from optouts import builtin
from optouts.builtin import Builtin
from optouts.models import Phrase, PhraseQuerySet
from optouts.patterns import normalised
from waproject.accounts.models import User

# As the admin stores what it did: translated for whoever reads it.
_CHANGED = [{"changed": {"fields": [gettext_noop("in use")]}}]


class AlwaysHeard(ValueError):
    """Somebody wanted to switch off a phrase of the core."""


@transaction.atomic
def switch(phrases: PhraseQuerySet, *, active: bool, by: User) -> int:
    """Use these phrases, or leave them unused; return how many changed, each one in the log.

    Raises AlwaysHeard, and changes nothing, when one of the core is to be left unused.
    """
    changing = list(phrases.select_for_update().filter(active=not active).order_by("pk"))
    if core := [phrase.text for phrase in changing if phrase.core]:
        raise AlwaysHeard(
            _("%(phrases)s: always heard, and not to be switched off. Nothing was changed.")
            % {"phrases": ", ".join(core)}
        )
    Phrase.objects.filter(pk__in=[phrase.pk for phrase in changing]).update(active=active)
    if changing:
        LogEntry.objects.log_actions(by.pk, changing, CHANGE, change_message=_CHANGED)
    return len(changing)


@transaction.atomic
def restore() -> int:
    """Add the built-in phrases that the table lacks, and put the core right; return how many.

    What staff wrote, changed or switched off stays as it is.
    """
    known = {phrase.normalised: phrase for phrase in Phrase.objects.all()}
    missing = [one for one in builtin.patterns() if normalised(one.text) not in known]
    Phrase.objects.bulk_create(map(_row, missing))
    return len(missing) + _put_core_right(list(known.values()))


def _put_core_right(known: Sequence[Phrase]) -> int:
    core = {normalised(one.text): one for one in builtin.core()}
    wrong = [
        phrase
        for phrase in known
        if (one := core.get(phrase.normalised))
        and (phrase.kind, phrase.active, phrase.core) != (one.kind, True, True)
    ]
    for phrase in wrong:
        phrase.kind, phrase.active, phrase.core = core[phrase.normalised].kind, True, True
        phrase.save()
    return len(wrong)


def _row(phrase: Builtin) -> Phrase:
    return Phrase(
        text=phrase.text,
        normalised=normalised(phrase.text),
        kind=phrase.kind,
        reach=phrase.reach,
        language=phrase.language,
        core=phrase.core,
    )
