import io
import zipfile

import pytest

from contacts.imports.files.reading import TableError, read_table

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(**parts: str) -> bytes:
    """A ZIP file of parts, by name; `__` in a name stands for its slash and `_` for its point."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def with_password(raw: bytes) -> bytes:
    """As an archive whose parts are marked as encrypted."""
    at = raw.index(b"PK\x01\x02") + 8
    return raw[:at] + b"\x01" + raw[at + 1 :]


OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
STRICT = '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xff\xfe\r\0\n\0", "The file is empty."),
        (b"fono\n1\0\n" * 9, "This is not a table."),
        (OLE + b"\0" * 512 + "Workbook".encode("utf-16-le"), "This is an old Excel file (.xls)."),
        (OLE + b"\0" * 2**20 + "Book".encode("utf-16-le"), "This is an old Excel file (.xls)."),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "This file has a password."),
        (OLE + "WordDocument".encode("utf-16-le"), "This is not a table."),
        (with_password(archive(xl__workbook_xml="")), "This file has a password."),
        (b"  <html><table>", "This is a web page"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "This is a web page"),
        ("<html>".encode("utf-16"), "This is a web page"),
        (b'<?xml version="1.0"?>\n<html xmlns="x">', "This is a web page"),
        (b"MIME-Version: 1.0\nX-Document-Type: Workbook\n", "This is a web page"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "This is an Excel 2003 file in XML.",
        ),
        (b'<?xml version="1.0"?><list/>', "This is not a table."),
        (b"{\\rtf1", "This is not a table."),
        (b"%PDF-1.7", "This is a PDF."),
        (b"\x89PNG\r\n", "This is a picture."),
        (b"\xff\xd8\xff\xe0", "This is a picture."),
        (b"\0\0\0\x18ftypheic", "This is a picture."),
        (b"\x1f\x8b\x08", "This is a compressed file."),
        (b"BEGIN:VCARD\nFN:Ana\n", "These are contact cards (.vcf)."),
        (b'[{"fono": 1}]', "This is JSON"),
        (b'{"fono": [1]}', "This is JSON"),
        (archive(xl__workbook_bin=""), "This is a binary workbook (.xlsb)."),
        (archive(Index__Document_iwa=""), "This is a Numbers file."),
        (archive(mimetype=OPEN_DOCUMENT + "spreadsheet"), "This is a LibreOffice file (.ods)."),
        (archive(mimetype=OPEN_DOCUMENT + "text"), "This is not a table."),
        (archive(word__document_xml=""), "This is a document, not a table."),
        (archive(lista_csv="fono"), "This is a compressed file."),
        (archive(foto_jpg=""), "This is not a table."),
        (archive(xl__workbook_xml=STRICT), "This workbook is saved as “Strict Open XML"),
        (b"PK\x03\x04broken", "The workbook is damaged."),
    ],
)
def test_other_kinds_of_files_are_told_what_they_are(raw, sentence):
    with pytest.raises(TableError) as error:
        list(read_table(io.BytesIO(raw)).rows)

    assert str(error.value).startswith(sentence)


@pytest.mark.parametrize("header", ["{nombre},fono", "[fono],nombre", "ID;PHONE", "BM,fono", "RIF"])
def test_titles_that_look_like_another_kind_are_titles(header):
    assert read_table(io.BytesIO(f"{header}\n1,2\n".encode())).header
