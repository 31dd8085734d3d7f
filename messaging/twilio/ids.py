"""The form of Twilio's ids: two letters for the kind, and 32 hexadecimal digits."""

import re

from django.utils.translation import gettext as _

from messaging.providers.base import IdKind


def problem(kind: IdKind, value: str) -> str:
    """What is wrong with the form of an id, in a sentence; "" when nothing is."""
    letters, sentence = {
        IdKind.ACCOUNT: (
            "AC",
            _("An account id is AC followed by 32 hexadecimal digits."),
        ),
        IdKind.TEMPLATE: ("HX", _("A content sid is HX followed by 32 hexadecimal digits.")),
        IdKind.SERVICE: ("MG", _("A messaging service is MG followed by 32 hexadecimal digits.")),
    }[kind]
    return "" if re.fullmatch(rf"{letters}[0-9a-fA-F]{{32}}", value) else sentence
