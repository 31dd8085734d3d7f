"""What WhatsApp asks of a template's text beyond its length.

Source: Meta's template guidelines: no variable first, last or beside another, and at least
2x + 1 fixed words for x variables.
"""

from django.utils.translation import gettext as _

from messaging.loose_placeholders import loose_sentences
from messaging.rendering import PLACEHOLDER, placeholders


def objections(body: str) -> list[str]:
    """What is wrong with the text, and why WhatsApp would reject it: a sentence for each reason."""
    # Literal text and names take turns, literal text first and last.
    literals = PLACEHOLDER.split(body)[0::2]
    found = loose_sentences(body)
    if len(literals) == 1:
        return found
    if not literals[0].strip() or not literals[-1].strip():
        found.append(_("The text may neither begin nor end with a placeholder."))
    if not all(literals[1:-1]):
        found.append(_("Two placeholders may not stand side by side with nothing between them."))
    variables = len(placeholders(body))
    words = sum(len(literal.split()) for literal in literals)
    if words < 2 * variables + 1:
        found.append(
            _("There are too few fixed words: %(variables)d placeholders need at least %(words)d.")
            % {"variables": variables, "words": 2 * variables + 1}
        )
    return found
