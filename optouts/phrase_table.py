"""Every change of the phrase table that touches more than one row."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from optouts.actions import OptOutAction
from optouts.models import Phrase, PhraseQuerySet
from optouts.recognition import builtin
from optouts.recognition.builtin import Builtin
from optouts.recognition.patterns import normalised
from waproject.accounts.actors import Actor
from waproject.audit.acting import acting


class AlwaysHeard(ValueError):
    """A phrase of the core cannot be switched off."""


def switch(phrases: PhraseQuerySet, *, active: bool, by: Actor) -> int:
    """Use these phrases, or leave them unused; return how many changed.

    Raises AlwaysHeard, and changes nothing, when one of the core is to be left unused.
    """
    with acting(by, OptOutAction.SWITCH) as event:
        changed = _switch(phrases, active=active)
        event.after = {"active": active, "phrases": [phrase.text for phrase in changed]}
        event.concern(Phrase, [phrase.pk for phrase in changed])
    return len(changed)


def _switch(phrases: PhraseQuerySet, *, active: bool) -> list[Phrase]:
    changing = list(phrases.select_for_update().filter(active=not active).order_by("pk"))
    if core := [phrase.text for phrase in changing if phrase.core]:
        raise AlwaysHeard(
            _("%(phrases)s: always heard, and not to be switched off. Nothing was changed.")
            % {"phrases": ", ".join(core)}
        )
    Phrase.objects.filter(pk__in=[phrase.pk for phrase in changing]).update(active=active)
    return changing


def add_builtin_phrases() -> None:
    """Give the business of the scope the phrases it starts with; it has none yet."""
    Phrase.objects.bulk_create(map(_row, builtin.patterns()))


def restore(*, by: Actor) -> int:
    """Add the built-in phrases that the table lacks, and put the core right; return how many.

    What staff wrote, changed or switched off stays as it is.
    """
    with acting(by, OptOutAction.RESTORE, Phrase) as event:
        known = {phrase.normalised: phrase for phrase in Phrase.objects.all()}
        missing = [one for one in builtin.patterns() if normalised(one.text) not in known]
        Phrase.objects.bulk_create(map(_row, missing))
        righted = _put_core_right(list(known.values()))
        restored = [*(one.text for one in missing), *(one.text for one in righted)]
        event.after = {"phrases": restored}
        event.is_needed = bool(restored)
    return len(restored)


def _put_core_right(known: Sequence[Phrase]) -> list[Phrase]:
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
    return wrong


def _row(phrase: Builtin) -> Phrase:
    return Phrase(
        text=phrase.text,
        normalised=normalised(phrase.text),
        kind=phrase.kind,
        reach=phrase.reach,
        language=phrase.language,
        core=phrase.core,
    )
