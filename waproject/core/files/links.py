"""Signed addresses of kept files. Whoever has one may fetch that file, and no other.

The same file under the same name has the same address each time, so that what was told to somebody
outside stays true; one with an end stops at it. An address holds as long as SECRET_KEY, or stands
among SECRET_KEY_FALLBACKS.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone


@dataclass(frozen=True)
class Linked:
    """The file of an address: where it is kept, and what it is called for who fetches it."""

    path: str
    name: str


class NoLink(Exception):
    """The address was never given, or its time is over."""


def path_of_link(linked: Linked, *, until: datetime | None = None) -> str:
    """The address of a file within this site, for its own pages."""
    said = {"path": linked.path, "name": linked.name}
    if until:
        said["until"] = str(int(until.timestamp()))
    return reverse("file", args=[_signer().sign_object(said), linked.name])


def link(linked: Linked, *, until: datetime | None = None) -> str:
    """The address of a file for somebody outside; with `until` it ends at that moment."""
    return f"{settings.PUBLIC_BASE_URL}{path_of_link(linked, until=until)}"


def read_link(token: str) -> Linked:
    """The file of a token. Raises NoLink."""
    try:
        said = _signer().unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise NoLink from error
    if "until" in said and timezone.now().timestamp() > int(said["until"]):
        raise NoLink
    return Linked(said["path"], said["name"])


def _signer() -> Signer:
    return Signer(sep=".", salt="waproject.core.files")
