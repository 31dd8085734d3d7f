"""All that the database and the storage hold, as one text."""

import io
from pathlib import Path
from zipfile import ZipFile

from django.db import connection
from pypdf import PdfReader


def everything(files: Path) -> str:
    """Each column of each table, and each stored file with its name."""
    with connection.cursor() as cursor:
        rows = [
            repr(row)
            for table in connection.introspection.table_names(cursor)
            for row in _rows_of(cursor, table)
        ]
    stored = [file for file in files.rglob("*") if file.is_file()]
    return "\n".join([*rows, *(f"{file} {text_of(file.read_bytes())}" for file in stored)])


def _rows_of(cursor, table: str) -> list[tuple]:
    cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  a table of ours
    return cursor.fetchall()


def text_of(content: bytes) -> str:
    """What a file tells, one that is packed too."""
    if content.startswith(b"PK"):
        with ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(
                archive.read(name).decode(errors="replace") for name in archive.namelist()
            )
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return content.decode(errors="replace")
