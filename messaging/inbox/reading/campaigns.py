"""What campaigns say to the inbox. They stand a floor above, and register it in the settings."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class CampaignOfPerson:
    """A campaign in which the person was; `course` says in words how far its message came."""

    name: str
    url: str
    at: datetime
    course: str


@dataclass(frozen=True, slots=True)
class CampaignReader:
    """`names` gives the names of campaigns by their ids, `url` the page of one, `latest` the newest
    that were sent, and `of_person` those in which a contact was, newest first, at most so many."""

    names: Callable[[Collection[int]], dict[int, str]]
    url: Callable[[int], str]
    latest: Callable[[int], dict[int, str]]
    of_person: Callable[[int, int], list[CampaignOfPerson]]


def campaign_reader() -> CampaignReader:
    """The one that settings.INBOX_CAMPAIGNS names."""
    return cast(CampaignReader, import_string(settings.INBOX_CAMPAIGNS))
