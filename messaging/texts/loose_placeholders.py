"""What looks like a placeholder and is none: it would be sent as it stands.

`{nombre}`, `{{nombre cliente}}`, `{{nombre}`, `[nombre]`, and a placeholder with a character that
nobody sees. Signs that other programs put around names count when they hold a name that we know.
"""

import re

from messaging.texts.rendering import ALIASES, PLACEHOLDER, VariableMapping, placeholder_key
from waproject.core.text.invisible import is_invisible
from waproject.core.text.sentences import gettext as _

# Every quantifier is bounded, so that the time is linear in the length of the text.
_MOST = 60
_BRACES = re.compile(
    rf"\{{\{{[^{{}}\n]{{0,{_MOST}}}\}}{{0,2}}"  # {{nombre cliente}}, {{nombre}, {{
    rf"|\{{[ ]?[^\W_][^{{}}\n\"':]{{0,{_MOST}}}\}}{{1,2}}"  # {nombre}, {nombre}}
    r"|\{[^\W\d_]\w{0,40}"  # {nombre
    r"|\w{1,40} ?\}\}"  # nombre}}
    r"|\}\}|\{ ?\}"
)
_OTHER_SIGNS = re.compile(
    rf"\[([^\[\]\n]{{1,{_MOST}}})\]|<<?([^<>\n]{{1,{_MOST}}})>>?|«([^«»\n]{{1,{_MOST}}})»"
    r"|%(\w{1,40})%|%\((\w{1,40})\)s|\$[{(]?(\w{1,40})[})]?|#(\w{1,40})#|\*\|(\w{1,40})\|\*"
    rf"|\{{([^{{}}\n]{{1,{_MOST}}})\}}|[｛【‹]{{1,2}}([^｛｝【】‹›\n]{{1,{_MOST}}})[｝】›]{{1,2}}"
    rf"|&lt;([^&\n]{{1,{_MOST}}})&gt;|\(\(([^()\n]{{1,{_MOST}}})\)\)|__(\w{{1,40}}?)__"
    r"|\|(\w{1,40})\||(?<!\w):(\w{1,40}):|(?<![\w.])@(\w{1,40})|(?<![\w%])%([^\W\d]\w{1,40})"
)
# `%s` and `%1$s` of programs, and the X that a writer leaves for later.
_NAMELESS = re.compile(r"(?<![\w%])%(?:\d{1,2}\$)?[sd]\b|\[[Xx]{2,10}\]")
_THREE_BRACES = re.compile(r"\{{3} ?\w{1,60} ?\}{2,3}|\{{2} ?\w{1,60} ?\}{3}")
# What other programs call their fields, beside our own names.
_FIELDS = frozenset(
    [
        "cliente",
        "apellido",
        "apellidos",
        "contacto",
        "vehiculo",
        "auto",
        "patente",
        "fname",
        "lname",
        "firstname",
        "lastname",
        "last_name",
    ]
)
_NAMES = _FIELDS | ALIASES.keys()
# What may stand between names: [marca y modelo], [tu auto].
_BETWEEN = frozenset({"y", "de", "del", "tu", "su", "el", "la"})


def loose_placeholders(text: str) -> list[str]:
    """Each thing in the text that its writer may have meant as a placeholder, in its order."""
    rest = PLACEHOLDER.sub(_blank, text)
    found = [
        *_THREE_BRACES.finditer(text),
        *_BRACES.finditer(rest),
        *_NAMELESS.finditer(rest),
        *(match for match in _OTHER_SIGNS.finditer(rest) if _is_known(match)),
    ]
    shown, end = [], 0
    for match in sorted(found, key=lambda match: (match.start(), -match.end())):
        if match.start() >= end:  # else a part of the one before, such as {modelo} of ${modelo}
            shown.append(_shown(match[0]))
            end = match.end()
    return list(dict.fromkeys(shown))


def loose_sentences(text: str) -> list[str]:
    """What is wrong with the text, for the person who wrote it: one sentence, or none."""
    loose = loose_placeholders(text)
    if not loose:
        return []
    return [
        _(
            "The text has %(found)s, which is no placeholder and would be sent as it stands."
            " A placeholder is a name between two braces on each side, of letters, digits and"
            " underscores alone: {{nombre}}."
        )
        % {"found": ", ".join(loose)}
    ]


def fallback_sentences(mapping: VariableMapping) -> list[str]:
    """What is wrong with the fallbacks, which are put in as they are: one sentence, or none."""
    fallbacks = {name: variable.get("fallback", "") for name, variable in mapping.items()}
    wrong = [
        name
        for name, text in fallbacks.items()
        if PLACEHOLDER.search(text) or loose_placeholders(text)
    ]
    if not wrong:
        return []
    return [
        _("What stands in for a missing value cannot hold a placeholder itself: %(names)s.")
        % {"names": ", ".join(f"{{{{{name}}}}}" for name in wrong)}
    ]


def _blank(placeholder: re.Match[str]) -> str:
    return "\n" * len(placeholder[0])


def _is_known(match: re.Match[str]) -> bool:
    key = placeholder_key(next(filter(None, match.groups()))).strip("_")
    words = set(key.split("_")) - _BETWEEN
    return key in ALIASES or "nombre" in words or (bool(words) and words <= _NAMES)


def _shown(loose: str) -> str:
    """What was found, with the characters that nobody sees named by their number."""
    return "".join(f"‹U+{ord(char):04X}›" if is_invisible(char) else char for char in loose)
