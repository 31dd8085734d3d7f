import pytest

from waproject.core.files.kinds import UNKNOWN, found_type, type_named

AVIF = b"\0\0\0\x1cftypavif"


def test_kinds_are_known_by_their_first_bytes():
    heads = [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"\0\0\0\x18ftypmp42", b"%PDF-1.7"]

    assert [*map(found_type, heads)] == ["image/jpeg", "image/png", "video/mp4", "application/pdf"]


def test_what_a_browser_could_run_is_no_kind():
    heads = [b"<html>", b"<?xml version='1.0'?><svg>", b"", b"MZ"]

    assert {found_type(head) for head in heads} == {""}


@pytest.mark.parametrize("head", [b"\0\0\0\x14ftypqt  ", AVIF])
def test_a_film_of_quicktime_and_a_picture_in_its_box_are_no_mp4(head):
    assert found_type(head) != "video/mp4"


def test_a_kept_file_is_known_by_its_ending():
    assert (type_named("a/b.pdf"), type_named("a/b.html")) == ("application/pdf", UNKNOWN)
