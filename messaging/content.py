"""The keys of `Message.content`, which holds what is no text; the same for every provider.

`media` is a list of `{"url": …, "type": …}`, the type as in a Content-Type. `referral` is what an
advertisement said of itself, NOT_SENT_DETAILS the values of a reason. All others are texts.
"""

from collections.abc import Mapping
from typing import Any

BUTTON_TEXT, BUTTON_PAYLOAD = "button_text", "button_payload"
LIST_TITLE, LIST_ID = "list_title", "list_id"
# What stands on a button or list item, and what its author wrote behind it.
CHOICES = (BUTTON_TEXT, BUTTON_PAYLOAD, LIST_TITLE, LIST_ID)

LATITUDE, LONGITUDE = "latitude", "longitude"
PLACE_ADDRESS, PLACE_NAME = "place_address", "place_name"

# The message that this one quotes; it comes with buttons and lists as well.
QUOTED_SID, QUOTED_SENDER = "quoted_sid", "quoted_sender"
FORWARDED, OFTEN_FORWARDED = "forwarded", "often_forwarded"

# STOP, START or HELP when the provider acted on the message by itself, and answered it.
DONE_BY_PROVIDER = "done_by_provider"

# Why an answer of staff did not leave: a code, and what its words name (delivery.reasons).
NOT_SENT, NOT_SENT_DETAILS = "not_sent", "not_sent_details"

# What stood above and below the text of a template, and its buttons, as the person saw them:
# a header is `{"type": …, "text" or "url": …}`, a button has `type`, `text`, and `id` or `value`.
HEADER, FOOTER, BUTTONS = "header", "footer", "buttons"

MEDIA, REFERRAL = "media", "referral"
# Of an answer with files: their ids (messaging.files), and in the queue besides them the addresses
# at which the provider fetches them; each with spaces between.
ATTACHED, ATTACHED_URL = "attached", "attached_url"
# In the queue, of an answer that is several messages: the first one's token, and how many they are.
TOGETHER, PARTS = "together", "parts"
CHANNEL_METADATA = "channel_metadata"


def attached_ids(content: Mapping[str, Any]) -> list[str]:
    """The ids of the files that go or went with a message, in their order."""
    return str(content.get(ATTACHED) or "").split()


def button_texts(content: Mapping[str, Any]) -> list[str]:
    """What stood on the buttons of a template that was sent."""
    return [str(one.get("text", "")) for one in content.get(BUTTONS) or []]
