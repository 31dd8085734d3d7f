"""What the simulator thinks of the value of one variable."""

import json

from waproject.lab.twilio_simulator.contents.sending import content_to_send
from waproject.lab.twilio_simulator.contents.store import Contents
from waproject.lab.twilio_simulator.serving.validation import TwilioError

_SID = "HX" + "a" * 32
_CONTENTS = Contents(None, (_SID,))


def is_taken(value: str) -> bool:
    try:
        asked = {"ContentSid": _SID, "ContentVariables": json.dumps({"1": value})}
        return content_to_send(asked, _CONTENTS) is not None
    except TwilioError:
        return False
