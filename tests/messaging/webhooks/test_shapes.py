"""Every kind of message that Twilio posts: stored, shown in the inbox, and answered."""

from html import unescape
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from messaging.files.models import StoredFile
from messaging.models import Message
from tests.messaging.conftest import PERSON
from tests.messaging.webhooks.shapes import QUOTED, SHAPES, SID, Shape


@pytest.fixture
def sent(message):
    """The message of ours that some of the shapes quote."""
    Message.objects.filter(pk=message.pk).update(
        message_sid=QUOTED, body="Hola Ana, ¿sigues con tu Corolla?"
    )
    return message


def shown(page) -> str:
    """The words of a page, each run of white space as one space."""
    return " ".join(unescape(strip_tags(page.content.decode())).split())


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_each_kind_of_message_is_stored_shown_and_answered(shape: Shape, sent, post, boss):
    answer = post("/twilio/inbound", **shape.form)

    stored = Message.objects.get(message_sid=SID)
    page = boss.get(
        reverse("admin:inbox"), {"talk": stored.conversation_id}, headers={"HX-Request": "true"}
    )
    listed = boss.get(reverse("admin:inbox")).context["listing"].rows[0]
    files = StoredFile.objects.filter(message=stored).order_by("position")
    assert (answer.status_code, ElementTree.fromstring(answer.content).tag) == (200, "Response")  # noqa: S314
    assert (stored.type, stored.contact.address) == (
        shape.type,
        "CL.1234" if "ExternalUserId" in shape.form else PERSON,
    )
    assert [words for words in shape.shows if words not in shown(page)] == []
    assert listed.said == shape.said
    assert [one.mime_type for one in files] == [*shape.files]


def test_a_reaction_is_not_answered(sent, post):
    reaction = next(one for one in SHAPES if one.name == "reaction")

    post("/twilio/inbound", **reaction.form)

    assert Message.objects.outbound().exclude(pk=sent.pk).count() == 0


def test_every_kind_has_a_name_of_its_own():
    assert len({shape.name for shape in SHAPES}) == len(SHAPES) == 17
