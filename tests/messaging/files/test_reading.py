import io
import struct
import time
import zlib

import pytest
from PIL import Image

from messaging.files.reading.cards import cards_of
from messaging.files.reading.pictures import picture_of
from messaging.files.states import file_type_of
from tests.factories.files import png
from waproject.core.files.kinds import OtherType, ending_of, found_type, type_of

JPEG = b"\xff\xd8\xff\xe0" + bytes(100)
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
ZIP = b"PK\x03\x04" + bytes(60)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("head", "said", "type_"),
    [
        (JPEG, "image/jpeg", "image/jpeg"),
        (JPEG, "image/jpg", "image/jpeg"),
        (JPEG, "", "image/jpeg"),
        (JPEG, "application/octet-stream", "image/jpeg"),
        (b"OggS" + bytes(60), "audio/ogg; codecs=opus", "audio/ogg"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4", "video/mp4"),
        (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypisom", "audio/mp4", "audio/mp4"),
        (b"#!AMR\n", "audio/amr", "audio/amr"),
        (b"%PDF-1.7", "application/pdf", "application/pdf"),
        (ZIP, XLSX, XLSX),
        (ZIP, "application/zip", "application/zip"),
        (b"uno;dos\n", "text/csv", "text/csv"),
        (b"BEGIN:VCARD", "text/x-vcard", "text/vcard"),
        (SVG, "image/svg+xml", "application/octet-stream"),
        (HTML, "text/html", "application/octet-stream"),
        (HTML, "", "application/octet-stream"),
    ],
)
def test_type_is_that_of_the_first_bytes(head, said, type_):
    assert type_of(head, said) == type_


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HTML, "image/jpeg"),
        (SVG, "image/png"),
        (HTML, "application/pdf"),
        (HTML, "audio/ogg"),
        (HTML, XLSX),
        (ZIP, "image/jpeg"),
        (JPEG, "application/pdf"),
        (JPEG, "text/html"),
        (b"%PDF-1.7", "image/jpeg"),
        (b"MZ\x90\x00", "video/mp4"),
    ],
)
def test_what_says_that_it_is_something_else_is_not_taken(head, said):
    with pytest.raises(OtherType):
        type_of(head, said)


def test_svg_is_no_picture():
    assert [file_type_of(one) for one in ("image/svg+xml", "image/png", "", "text/csv")] == [
        *("document", "image", "other", "document")
    ]


def test_an_unknown_type_has_a_neutral_ending():
    assert (ending_of("text/html"), found_type(HTML)) == (".bin", "")


def test_small_picture_fits_and_knows_the_size_of_the_large_one():
    picture = picture_of(io.BytesIO(png(1_000, 500)))

    assert (picture.width, picture.height) == (1_000, 500)
    assert Image.open(io.BytesIO(picture.thumbnail)).size == (480, 240)


def test_small_picture_has_nothing_of_what_the_camera_wrote():
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camara de Zacarias"
    Image.new("RGB", (600, 600), "blue").save(out, "JPEG", exif=exif)

    picture = picture_of(io.BytesIO(out.getvalue()))

    assert b"Zacarias" in out.getvalue()
    assert b"Zacarias" not in picture.thumbnail


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and whose rows are zeros, packed."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    rows = zlib.compress(bytes(10_000_000), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(60_000, 60_000), (10_000, 5_000), (2**31 - 1, 1)])
def test_picture_that_would_fill_the_memory_is_not_unpacked(size):
    began = time.monotonic()

    assert picture_of(io.BytesIO(bomb(*size))) is None
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("data", [b"", HTML, SVG, JPEG, png()[:60], b"GIF89a" + b"\xff" * 50])
def test_damaged_picture_has_no_small_one(data):
    assert picture_of(io.BytesIO(data)) is None


def test_people_of_a_card():
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Soto;Ana;;;\r\nFN:Ana\r\n  Soto\\, taller\r\n"
        "item1.TEL;type=CELL;waid=569:+56 9 1111 2222\r\nTEL:+56 9 1111 2222\r\n"
        "TEL:tel:+5622\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nN:Pérez;Luis;;;\r\nEND:VCARD\r\nBEGIN:VCARD\r\nEND:VCARD"
    ).encode()

    assert cards_of(card) == [
        {"name": "Ana Soto, taller", "phones": ["+56 9 1111 2222", "+5622"]},
        {"name": "Luis Pérez", "phones": []},
    ]


LINES = [b"BEGIN:VCARD\n", b" ", b"\n", b"N:;;;", b"TEL:1\n", b"\x00\xff"]


@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_card_is_read_in_linear_time(line):
    began = time.monotonic()

    assert len(cards_of(b"BEGIN:VCARD\n" + line * (10_000_000 // len(line)))) <= 20
    assert time.monotonic() - began < 2
