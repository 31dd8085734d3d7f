"""What becomes of a message that names a content: its text, or the error that it meets."""

import json
import re
from collections.abc import Mapping

from waproject.lab.twilio_simulator.contents.store import (
    APPROVED,
    DISABLED,
    PAUSED,
    PLACEHOLDER,
    REJECTED,
    Contents,
    SimulatedContent,
)
from waproject.lab.twilio_simulator.serving.validation import TwilioError, channel_of

# What a variable's value may not hold (error 21656): newlines, tabs, more than four spaces.
_NOT_IN_A_VALUE = re.compile(r"[\n\r\t]| {5}")
_MOST_TEXT = 1024
_OUTSIDE_THE_WINDOW, _TOO_LONG, _WRONG_VARIABLES = 63016, 63021, 63028
_BY_STATUS = {REJECTED: 63040, PAUSED: 63041, DISABLED: 63042}


def content_to_send(parameters: Mapping[str, str], contents: Contents) -> SimulatedContent | None:
    """The content that a message names, None when it names none.

    Raises the error that Twilio gives at once.
    """
    sid, variables = parameters.get("ContentSid"), parameters.get("ContentVariables")
    if not sid:
        if variables:
            raise TwilioError(21654, "ContentSid Required")
        return None
    content = contents.get(sid)
    if content is None:
        raise TwilioError(21655, "The ContentSid is Invalid")
    values = json.loads(variables or "{}").values()
    if any(not value.strip() or _NOT_IN_A_VALUE.search(value) for value in values):
        raise TwilioError(21656, "The ContentVariables Parameter is invalid")
    return content


def rendered(content: SimulatedContent, variables: Mapping[str, str], text: str = "") -> str:
    """The text with its values; what was left out shows its sample, as at Twilio."""
    values = {**content.variables, **variables}
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text or content.body)


def later_error(
    content: SimulatedContent, variables: Mapping[str, str], to: str, *, is_open: bool
) -> int | None:
    """The code with which the message fails after it was accepted; None when it does not.

    `is_open`: the person wrote within 24 hours, so that any content may go.
    """
    if channel_of(to) != "whatsapp":
        return None
    status = content.approval.status
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status != APPROVED and not is_open:
        return _OUTSIDE_THE_WINDOW
    if content.placeholders() - content.variables.keys() - variables.keys():
        return _WRONG_VARIABLES
    return _TOO_LONG if len(rendered(content, variables)) > _MOST_TEXT else None
