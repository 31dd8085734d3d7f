"""A small file to begin with: the columns that are known, and people who are nobody."""

import csv
import io

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from contacts.imports.preview import MEANINGS
from contacts.imports.rejections import between_cells

# Subtel has given the numbers that begin so to nobody.
_PEOPLE = (
    ("+56 9 0000 0001", "Camila Rojas Soto", "camila@example.com", "Toyota", "Yaris", 2019),
    ("9 0000 0002", "Pedro Muñoz", "", "Hyundai", "Tucson", 2021),
    ("+56900000003", "María José Pérez", "mj@example.com", "Kia", "Rio", 2016),
)
_PRICES = ("8.490.000", "13.990.000", "")


def sample_file() -> bytes:
    """The file, as the spreadsheet program of the reader's language opens it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=between_cells())
    titles = ("phone", "name", "email", "make", "model", "year", "price", "tags")
    writer.writerow(capfirst(MEANINGS[title]) for title in titles)
    for person, price in zip(_PEOPLE, _PRICES, strict=True):
        writer.writerow((*person, price, _("spring fair")))
    return text.getvalue().encode("utf-8-sig")
