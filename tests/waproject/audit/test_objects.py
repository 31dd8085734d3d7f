import pytest

from waproject.audit.models import Event
from waproject.audit.objects import object_in_words


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Event(object_type="campaigns.campaign", object_id="3", object_text="A"), "Campaign “A”"),
        (Event(object_type="contacts.contact", object_id="12"), "Contact 12"),
        (Event(object_type="contacts.contact"), "Contacts"),
        (Event(object_type="voice.call", object_id="7"), "voice.call 7"),
        (Event(object_type="voice.call"), "voice.call"),
    ],
)
def test_object_is_said_in_words(event, words):
    assert object_in_words(event) == words
