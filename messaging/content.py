"""The names under which `Message.content` keeps what is no text, whatever the provider calls it.

`media` is a list of `{"url": …, "type": …}`, the type as in a Content-Type. `referral` is what an
advertisement said of itself. All other values are texts.
"""

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

MEDIA, REFERRAL = "media", "referral"
CHANNEL_METADATA = "channel_metadata"
