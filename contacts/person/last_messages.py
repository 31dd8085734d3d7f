"""When somebody last wrote to the people of a list, or they to us: the apps above know it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.module_loading import import_string


class LastMessages(NamedTuple):
    """What settings.LAST_MESSAGES names: the moments of these contacts by id, from one query, for
    users with `permission`."""

    permission: str
    of_contacts: Callable[[Sequence[int]], Mapping[int, datetime]]


def may_see_last_messages(user: Any) -> bool:
    return bool(user.has_perm(_registered().permission))


def _registered() -> LastMessages:
    found: LastMessages = import_string(settings.LAST_MESSAGES)
    return found


class LastMessagesChangeList(ChangeList):
    """A list of contacts. Each of its page has `last_message_at`, None without any message."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        people = list(self.result_list)
        moments: Mapping[int, datetime] = {}
        if people and may_see_last_messages(request.user):
            moments = _registered().of_contacts([one.pk for one in people])
        for one in people:
            one.last_message_at = moments.get(one.pk)
        self.result_list = people
