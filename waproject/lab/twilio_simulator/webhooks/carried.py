"""What a person's message carries besides its text, as it stands in the form of the webhook."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class Carried(Protocol):
    """A part of a message that adds parameters to the form of its webhook."""

    def parameters(self, message_sid: str) -> Mapping[str, str]:
        """The parameters, for the message with this sid."""
        ...


@dataclass(frozen=True, slots=True)
class Tap:
    """A quick reply that a person tapped below the message with this sid."""

    sid: str
    text: str
    payload: str

    def parameters(self, message_sid: str) -> dict[str, str]:
        """What a tap adds to the form, as captured from WhatsApp traffic."""
        return {
            "MessageType": "button",
            "ButtonText": self.text,
            "ButtonPayload": self.payload,
            "OriginalRepliedMessageSid": self.sid,
        }


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that this one answers: its sid, and from which address it came."""

    sid: str
    sender: str

    def parameters(self, message_sid: str) -> dict[str, str]:
        return {
            "OriginalRepliedMessageSid": self.sid,
            "OriginalRepliedMessageSender": self.sender,
        }


@dataclass(frozen=True, slots=True)
class Reaction(Quote):
    """The message below which a person put the emoji that is the text of this one."""

    def parameters(self, message_sid: str) -> dict[str, str]:
        return {"MessageType": "reaction", **Quote.parameters(self, message_sid)}


@dataclass(frozen=True, slots=True)
class Location:
    """A point on the map, in degrees, with its name and address."""

    latitude: float
    longitude: float
    name: str
    address: str

    def parameters(self, message_sid: str) -> dict[str, str]:
        return {
            "MessageType": "location",
            "Latitude": str(self.latitude),
            "Longitude": str(self.longitude),
            "Label": self.name,
            "Address": self.address,
        }


@dataclass(frozen=True, slots=True)
class Advertisement:
    """The advertisement on which a person tapped to write (click to WhatsApp)."""

    headline: str
    body: str
    number: int

    def parameters(self, message_sid: str) -> dict[str, str]:
        return {
            "ReferralSourceType": "ad",
            "ReferralSourceId": f"1202{self.number:014d}",
            "ReferralSourceUrl": f"https://fb.me/{self.number:09d}",
            "ReferralHeadline": self.headline,
            "ReferralBody": self.body,
            "ReferralCtwaClid": f"clid-{self.number}",
        }
