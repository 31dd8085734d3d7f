"""The texts of the readers of files, in the language of the person who chose the file.

Files are read in a process that loads no Django (contacts.imports.files.child), to begin at once
and to hold no settings. There the texts come straight from the compiled catalogue.
"""

from gettext import NullTranslations, translation
from pathlib import Path

_LOCALE = Path(__file__).parent.parent / "locale"
_catalogue: NullTranslations | None = None


def gettext(text: str) -> str:
    """`text` in the language given to `speak`, or else in Django's active one."""
    if _catalogue is not None:
        return _catalogue.gettext(text)
    from django.utils.translation import gettext as of_django

    return of_django(text)


def speak(language: str) -> None:
    """From now on, and without Django, texts are in `language` (`es`, `es-cl`, or `` for none)."""
    global _catalogue
    names = [language.replace("-", "_"), language.partition("-")[0]]
    _catalogue = translation("django", _LOCALE, names, fallback=True)
