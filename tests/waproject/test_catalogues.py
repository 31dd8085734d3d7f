"""The Spanish catalogue has every text of the source, whole, and its compiled form is of today.

The texts are collected in Python, so that the test needs no GNU gettext.
"""

import ast
import re
from collections.abc import Iterator

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

APPS = ("campaigns", "contacts", "messaging", "optouts", "waproject")
CATALOGUES = sorted(settings.BASE_DIR.glob("*/locale/es/LC_MESSAGES/django.po"))
FUNCTIONS = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
# What templatize makes of a template's translatable strings.
STRING = r"'(?:\\.|[^'])*'|\"(?:\\.|[^\"])*\""
CALL_IN_TEMPLATE = re.compile(rf"\b(?:_|n?p?gettext)\((?:[^()]|{STRING})*\)")
ENDING = re.compile(r"[.:…?]?\s*$")

Key = tuple[str | None, str]


def texts_of_python(source: str) -> Iterator[Key]:
    """The context and the text of every call of a gettext function."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        strings = [one.value for one in node.args if isinstance(one, ast.Constant)]
        texts = [text for text in strings if isinstance(text, str)]
        if name in FUNCTIONS and texts:
            yield (texts[0], texts[1]) if name.startswith("pgettext") else (None, texts[0])


def texts_of_template(source: str) -> Iterator[Key]:
    for call in CALL_IN_TEMPLATE.findall(templatize(source)):
        yield from texts_of_python(call)


def texts_of_project() -> Iterator[tuple[str, Key]]:
    """Every text to translate, with the file it is in."""
    for app in APPS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            for key in texts_of_python(path.read_text(encoding="utf-8")):
                yield str(path.relative_to(settings.BASE_DIR)), key
    folders = [settings.BASE_DIR / "templates", *(settings.BASE_DIR / app for app in APPS)]
    for folder in folders:
        for path in folder.rglob("*.html"):
            for key in texts_of_template(path.read_text(encoding="utf-8")):
                yield str(path.relative_to(settings.BASE_DIR)), key


def entries_of(catalogue: polib.POFile | polib.MOFile) -> list[polib.POEntry]:
    return [entry for entry in catalogue if not entry.obsolete]


@pytest.fixture(scope="module")
def entries() -> list[polib.POEntry]:
    """What all Spanish catalogues of the project translate."""
    return [entry for path in CATALOGUES for entry in entries_of(polib.pofile(str(path)))]


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[\d.]*[a-z]|%[sd]", text))


def test_texts_are_collected_from_python_and_templates():
    python = 'a = _("one" " and two"); b = ngettext("row", "rows", n); c = pgettext("verb", "open")'
    template = (
        "{% load i18n %}{% translate 'one' %}{% blocktranslate count n=x %}{{ n }} row"
        "{% plural %}{{ n }} rows{% endblocktranslate %}"
    )

    assert list(texts_of_python(python)) == [(None, "one and two"), (None, "row"), ("verb", "open")]
    assert list(texts_of_template(template)) == [(None, "one"), (None, "%(n)s row")]


def test_every_text_of_the_source_is_in_a_catalogue(entries):
    known = {(entry.msgctxt, entry.msgid) for entry in entries}

    missing = sorted({f"{path}: {key[1]}" for path, key in texts_of_project() if key not in known})

    assert missing == []


def test_every_text_is_translated(entries):
    behind = [one.msgid for one in entries if one.fuzzy or not all(translations(one))]

    assert behind == []


def test_translations_keep_the_placeholders(entries):
    changed = [
        one.msgid
        for one in entries
        if placeholders(one.msgid + one.msgid_plural) != placeholders("".join(translations(one)))
    ]

    assert changed == []


def test_text_of_two_catalogues_is_translated_alike(entries):
    found: dict[Key, set[str]] = {}
    for one in entries:
        found.setdefault((one.msgctxt, one.msgid), set()).add("|".join(translations(one)))

    assert [key for key, texts in found.items() if len(texts) > 1] == []


def test_translations_end_as_their_texts(entries):
    """A sentence stays a sentence, and the space before a list of columns stays."""
    changed = [
        one.msgid
        for one in entries
        for text in translations(one)
        if ENDING.search(one.msgid).group() != ENDING.search(text).group()
    ]

    assert changed == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-5])
def test_the_compiled_catalogue_is_of_today(path):
    assert path.with_suffix(".mo").exists()
    source, compiled = (
        {(one.msgctxt, one.msgid): translations(one) for one in entries_of(catalogue)}
        for catalogue in (polib.pofile(str(path)), polib.mofile(str(path.with_suffix(".mo"))))
    )

    assert compiled == source


# “tú” and “usted” by their pronouns, and by how they ask: “elígelo”, “Copia la lista”, “vaya”.
ADDRESSING = re.compile(
    r"\b(?:tus?|tú|ti|te|ustedes|usted|vaya|corrige|avisa|revisa|mira|inténtalo)\b|"
    r"[.:;] (?:abre|borra|copia|ejecuta|elige|elija|espera|guarda|ingresa|pasa|pon|usa|vuelve)\b|"
    r"\b(?!vehículo|título|cálculo|mayúscula|minúscula|múltiplo)\w*[áéíóú]\w*(?:lo|la|le)s?\b",
    re.IGNORECASE,
)


def test_the_interface_addresses_nobody_as_tu_or_usted(entries):
    """Only mails, a person's own file and the picture of a message speak to somebody."""
    speaking = ("mails.py", "contacts/person.html", "account/art.html")
    wrong = [
        text
        for entry in entries
        for text in translations(entry)
        if ADDRESSING.search(text)
        and not any(path.endswith(speaking) for path, _line in entry.occurrences)
    ]
    assert wrong == []


def test_quotation_marks_are_those_of_the_source(entries):
    wrong = [text for entry in entries for text in translations(entry) if set("«»") & {*text}]

    assert wrong == []
