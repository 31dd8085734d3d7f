from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client

from tests.files import fetched
from waproject.core.files.keeping import keep
from waproject.core.files.links import Linked, NoLink, link, path_of_link, read_link

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def picture() -> Linked:
    name = keep(ContentFile(b"\xff\xd8\xff\xe0 auto"), "templates/1", ".jpg")
    return Linked(f"templates/1/{name}", "auto nuevo.jpg")


def test_the_same_file_has_the_same_address_each_time(picture: Linked):
    assert path_of_link(picture) == path_of_link(picture)
    assert link(picture).startswith("http://testserver/files/")
    assert link(picture).endswith("/auto%20nuevo.jpg")


def test_an_address_leads_to_its_file(picture: Linked):
    response, content = fetched(path_of_link(picture))

    assert content == b"\xff\xd8\xff\xe0 auto"
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == 'inline; filename="auto nuevo.jpg"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'; sandbox")


def test_who_asks_with_head_first_gets_what_is_said_of_the_file(picture: Linked):
    response = Client().head(path_of_link(picture))

    assert (response["Content-Type"], response["Content-Length"]) == ("image/jpeg", "9")
    assert response.content == b""


@pytest.mark.parametrize("ending", [".pdf", ".html"])
def test_what_a_browser_need_not_show_is_a_download(ending):
    name = keep(ContentFile(b"<script>alert(1)</script>"), "templates/1", ending)

    response, _content = fetched(path_of_link(Linked(f"templates/1/{name}", f"a{ending}")))

    assert response["Content-Disposition"] == f'attachment; filename="a{ending}"'
    assert response["Content-Type"] in ("application/pdf", "application/octet-stream")


def test_a_changed_address_and_one_of_a_file_that_went_lead_nowhere(picture: Linked):
    address = path_of_link(picture)
    gone = path_of_link(Linked("templates/1/none.jpg", "x.jpg"))

    for wrong in (address.replace("/files/", "/files/a"), "/files/x/x.jpg", gone):
        assert Client().get(wrong).status_code == 404


def test_the_name_in_an_address_changes_nothing(picture: Linked):
    address = path_of_link(picture).rpartition("/")[0]

    response, _content = fetched(f"{address}/otro.exe")

    assert response["Content-Disposition"] == 'inline; filename="auto nuevo.jpg"'


def test_an_address_with_an_end_ends(picture: Linked):
    token = path_of_link(picture, until=NOW + timedelta(hours=1)).split("/")[2]

    with time_machine.travel(NOW, tick=False):
        assert read_link(token) == picture
    with time_machine.travel(NOW + timedelta(hours=2), tick=False), pytest.raises(NoLink):
        read_link(token)


@pytest.mark.parametrize(
    ("asked", "status", "span", "sent"),
    [
        ({"Range": "bytes=4-"}, 206, "bytes 4-8/9", b" auto"),
        ({"Range": "bytes=0-1"}, 206, "bytes 0-1/9", b"\xff\xd8"),
        ({"Range": "bytes=-4"}, 206, "bytes 5-8/9", b"auto"),
        ({"Range": "bytes=5-99"}, 206, "bytes 5-8/9", b"auto"),
        ({"Range": "bytes=9-"}, 416, "bytes */9", b""),
        ({"Range": "bytes=-0"}, 416, "bytes */9", b""),
        ({"Range": "bytes=5-2"}, 416, "bytes */9", b""),
        ({"Range": "bytes=0-1,4-5"}, 200, None, b"\xff\xd8\xff\xe0 auto"),
        ({"Range": "pages=1-2"}, 200, None, b"\xff\xd8\xff\xe0 auto"),
        ({"Range": "bytes=4-", "If-Range": '"x"'}, 200, None, b"\xff\xd8\xff\xe0 auto"),
    ],
)
def test_a_part_is_given_where_it_is_asked_for(picture: Linked, asked, status, span, sent):
    response = Client().get(path_of_link(picture), headers=asked)

    assert (response.status_code, response.headers.get("Content-Range")) == (status, span)
    assert response.headers["Accept-Ranges"] == "bytes"
    assert b"".join(response) == sent


def test_head_says_the_whole_size_whatever_part_it_names(picture: Linked):
    response = Client().head(path_of_link(picture), headers={"Range": "bytes=4-5"})

    assert (response.status_code, response["Content-Length"], response.content) == (200, "9", b"")
