"""Files that people choose in place of a list, each told what it is and what to do with it."""

import re
import zipfile
from typing import BinaryIO

from contacts.imports.files.records import TableError
from contacts.imports.language import gettext as _

HEAD = 2**16
ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old Office files, and of passwords
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# The stream with the sheets is called Workbook, or Book before 1997.
_OLD_SHEETS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_MARKS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF")
_PACKED = (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ")
_WEB_PAGE = re.compile(
    rb"<!doctype html|<html|<table|<head|<meta|<body|mime-version:", re.IGNORECASE
)
_JSON = re.compile(rb"[{\[]\s*[\"{\[\]}]")


def refuse_other_formats(file: BinaryIO) -> None:
    """Raise TableError for a file that is neither text nor a ZIP archive. Its place is kept."""
    head = file.read(HEAD)
    file.seek(0)
    if not head.strip(_MARKS) and len(head) < HEAD:
        raise TableError(_("The file is empty."))
    if head.startswith(_OLE):
        raise TableError(_told_of_ole(file))
    if sentence := _told_by_its_start(head):
        raise TableError(sentence)


def refuse_other_archives(archive: zipfile.ZipFile) -> None:
    """Raise TableError for a ZIP archive that is no workbook which we can read."""
    names = {name.lower() for name in archive.namelist()}
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise TableError(_password())
    if "xl/workbook.xml" in names:
        if _is_strict(archive):
            raise TableError(
                _(
                    "This workbook is saved as “Strict Open XML Spreadsheet”. In Excel choose"
                    " Save As, “Excel Workbook (.xlsx)”, and try again."
                )
            )
        return
    raise TableError(_told_of_archive(archive, names))


def not_a_table() -> str:
    return _("This is not a table. Save it in Excel as .xlsx or as CSV and try again.")


def _told_by_its_start(head: bytes) -> str:
    start = head.replace(b"\0", b"").lstrip(_MARKS)[:4096]
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return _("This is an Excel 2003 file in XML. Open it in Excel and save it as .xlsx.")
    if _WEB_PAGE.match(start) or (start.startswith(b"<?xml") and _WEB_PAGE.search(start)):
        return _(
            "This is a web page, even if its name ends in .xls."
            " Open it in Excel and save it as .xlsx."
        )
    if start[:5].lower() == b"%pdf-":
        return _("This is a PDF. Ask for the list as an Excel file (.xlsx) or as CSV.")
    if head.startswith(_PICTURES) or head[4:8] == b"ftyp":  # as HEIC of an iPhone begins
        return _("This is a picture. Ask for the list as an Excel file (.xlsx) or as CSV.")
    if head.startswith(_PACKED):
        return _("This is a compressed file. Unpack it and choose the list inside.")
    if start[:11].upper() == b"BEGIN:VCARD":
        return _(
            "These are contact cards (.vcf). Import them into Google Contacts or Outlook and"
            " export them from there as CSV."
        )
    if _JSON.match(start):
        return _("This is JSON, not a table. Save the list as .xlsx or as CSV and try again.")
    if start.startswith((b"<?xml", b"<", b"{\\rtf", b"%!PS", b"SQLite format")):
        return not_a_table()
    return ""


def _told_of_ole(file: BinaryIO) -> str:
    """The directory of an OLE container, with the names of its streams, may stand anywhere."""
    has_sheet, tail = False, b""
    while block := file.read(2**20):
        block = tail + block
        if _ENCRYPTED in block:
            return _password()
        has_sheet = has_sheet or any(name in block for name in _OLD_SHEETS)
        tail = block[-64:]
    if has_sheet:
        return _("This is an old Excel file (.xls). Open it in Excel and save it as .xlsx.")
    return not_a_table()


def _is_strict(archive: zipfile.ZipFile) -> bool:
    name = next(name for name in archive.namelist() if name.lower() == "xl/workbook.xml")
    with archive.open(name) as part:
        return b"http://purl.oclc.org/ooxml/" in part.read(HEAD)


def _told_of_archive(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return _("This is a binary workbook (.xlsb). Open it in Excel and save it as .xlsx.")
    if any(name.endswith(".iwa") or name.startswith("index.") for name in names):
        return _("This is a Numbers file. In Numbers choose File, Export To, Excel or CSV.")
    if _is_open_document(archive, names):
        return _(
            "This is a LibreOffice file (.ods). Save it as .xlsx (“Excel 2007-365”) or as CSV."
        )
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return _("This is a document, not a table. Put the list into Excel and save it as .xlsx.")
    if any(name.endswith((".csv", ".xlsx", ".xls", ".txt")) for name in names):
        return _("This is a compressed file. Unpack it and choose the list inside.")
    return not_a_table()


def _is_open_document(archive: zipfile.ZipFile, names: set[str]) -> bool:
    if "mimetype" not in names:
        return False
    with archive.open("mimetype") as part:
        return b"opendocument.spreadsheet" in part.read(HEAD)


def _password() -> str:
    return _("This file has a password. Save it in Excel without one and try again.")
