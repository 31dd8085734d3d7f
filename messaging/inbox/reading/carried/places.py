"""A location that somebody sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from messaging.content import LATITUDE, LONGITUDE, PLACE_ADDRESS, PLACE_NAME

# Where a location opens, by its coordinates.
MAP = "https://www.openstreetmap.org/"


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is, in degrees, with its name and address where they came along."""

    latitude: float
    longitude: float
    words: str

    @property
    def coordinates(self) -> str:
        return f"{self.latitude:.5f}, {self.longitude:.5f}"

    @property
    def url(self) -> str:
        """Its point on a map."""
        point = {"mlat": f"{self.latitude:.6f}", "mlon": f"{self.longitude:.6f}"}
        return f"{MAP}?{urlencode(point)}#map=16/{self.latitude:.6f}/{self.longitude:.6f}"


def place_of(content: Mapping[str, Any]) -> Place | None:
    """The location in the content of a message; None without one that can be read."""
    try:
        latitude, longitude = float(content[LATITUDE]), float(content[LONGITUDE])
    except (KeyError, TypeError, ValueError):
        return None
    if not (isfinite(latitude) and isfinite(longitude)):
        return None
    words = [str(content.get(name, "")) for name in (PLACE_NAME, PLACE_ADDRESS)]
    return Place(latitude, longitude, ", ".join(filter(None, words)))
