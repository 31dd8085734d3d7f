"""Keeps tablib from loading openpyxl in every process: a tenth of a second and 12 MB.

import-export asks tablib at its import for each format, which loads the library behind it. Our
files are written by waproject.core.exports.files and read by contacts.imports.files, which load
openpyxl when there is a workbook. So tablib is told of a format "xlsx" that only has its name.
"""

from tablib.formats import registry


class NamedOnly:
    """The format that import-export lists, and of which it reads the title alone."""

    title = "xlsx"
    extensions = ("xlsx",)


def register() -> None:
    """To be called before import_export is imported."""
    registry.register("xlsx", NamedOnly())
