"""Every page speaks its reader's language, in our own words."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from contacts.models import Tag
from messaging.inbox.models import CannedAnswer, Outcome
from messaging.models import AutoReply
from optouts.models import Phrase
from tests.waproject import access
from tests.waproject.access import address, let_through
from tests.waproject.access_table import NOBODY
from tests.waproject.words import STOCK, language, texts_on
from waproject.accounts.models import User

pytestmark = pytest.mark.django_db

# What rows and their fields are called, placeholders, countries, and what a task returned.
CALLED = {"My business", "Main account", "Promo", "Ventas", "Sur", "uno", "dos", "nueva"}
CALLED |= {"PRECIO", "PRECIO | My business", "nombre", "Nota", "El Salvador", "None"}
CALLED |= {"Se reserva con $300.000."}
SPANISH = {"Accept-Language": "es"}


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A row of each model, without what was written for customers in a language of theirs."""
    monkeypatch.setattr(admin.site, "enable_nav_sidebar", False)  # half of the rendering
    logging.disable(logging.ERROR)
    made = access.make_rows()
    Phrase.objects.filter(core=False).exclude(pk=made["optouts.phrase"].pk).delete()
    AutoReply.objects.exclude(pk=made["messaging.autoreply"].pk).delete()
    CannedAnswer.objects.exclude(pk=made["inbox.cannedanswer"].pk).delete()
    Outcome.objects.exclude(pk=made["inbox.outcome"].pk).delete()
    yield made
    logging.disable(logging.NOTSET)


def pages(user: User, code: str, rows: dict[str, Any]) -> dict[str, str]:
    """What each page answers, by its address; an empty form that is sent, too."""
    client = Client(raise_request_exception=False, headers={"Accept-Language": code})
    client.force_login(user)
    parts = access.configured()
    found = {}
    for page in access.pages():
        url = address(page, parts[page.name], rows)
        for method, right in (("get", page.get), ("post", page.post)):
            if right == NOBODY or (method == "post" and not page.name.endswith("_add")):
                continue
            found[f"{method} {url}"] = let_through(client, method, url)[2]
    return found


def permissions_on(bodies: dict[str, str]) -> set[tuple[str, str]]:
    """Where a page names one of Django's own permissions: roles give rights, in our words."""
    names = list(Permission.objects.filter(name__startswith="Can ").values_list("name", flat=True))
    assert len(names) > 100
    return {(url, name) for url, body in bodies.items() for name in names if name in body}


@pytest.mark.slow
@pytest.mark.parametrize("code", ["es", "en"])
def test_no_page_says_anything_in_the_other_language_or_names_a_permission(superuser, rows, code):
    data = CALLED | {access.SAID, access.TEXT, *Phrase.objects.values_list("text", flat=True)}
    reader = language(code)

    bodies = pages(superuser, code, rows)

    shown = {url: texts_on(body) for url, body in bodies.items() if body.lstrip().startswith("<")}
    wrong = {
        (url, text)
        for url, texts in shown.items()
        for text in texts - data
        if "[" not in text  # a phrase with its alternatives
        and (reader.is_foreign(text) or (code == "es" and STOCK.search(text)))
    }
    assert wrong == set()
    assert permissions_on(bodies) == set()
    assert len(shown) > 150


def test_sentences_of_the_other_language_are_told():
    spanish, english = language("es"), language("en")

    foreign = [
        "Change selected tag",
        "Save and view",
        "Nobody has done anything with this yet",
        "of the tag",
    ]
    assert [text for text in foreign if not spanish.is_foreign(text)] == []
    assert [text for text in foreign if english.is_foreign(text)] == []
    assert english.is_foreign("Se guardó “VIP” (etiqueta).")
    assert not spanish.is_foreign("Webhook")  # the same word in both


def test_what_says_its_language_is_left_out():
    html = (
        '<html lang="en"><p>Yes</p><div lang="es"><div>Sí</div><p title="o">No</p></div>End</html>'
    )

    assert texts_on(html) == {"Yes", "End"}


def test_stock_phrases_are_told():
    stock = ["El plantilla “promo” fue agregado", "Seleccione contacto a modificar", "Añadir rol"]

    assert [text for text in stock if not STOCK.search(text)] == []
    assert not STOCK.search("No se pudo escribir: que se escriba de nuevo")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("contacts_tag_add", "Se agregó “<a href"),
        ("contacts_tag_change", "Se guardó “<a href"),
        ("contacts_tag_delete", "Se eliminó “VIP” (etiqueta)."),
    ],
)
def test_page_says_what_was_saved_without_a_gender(boss, name, sentence):
    args = [] if name.endswith("add") else [Tag.objects.create(name="VIP").pk]
    given = {"name": "Feria", "post": "yes"}

    page = boss.post(reverse(f"admin:{name}", args=args), given, follow=True, headers=SPANISH)

    assert sentence in page.text
