"""Refused pages in the log of operations: who tried a door that their role does not open.

A browser that asks again and again fills no log: a process writes of each user's page one event an
hour, and no more than MOST of one user.
"""

from datetime import timedelta
from typing import Any

from django.core.cache import caches
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from waproject.accounts.permissions import rights_with
from waproject.audit.acting import Entry, record
from waproject.tenants.scope import current_tenant_id, has_tenant

HOUR = timedelta(hours=1).total_seconds()
MOST = 20


class RefusalAction(models.TextChoices):
    REFUSED = "site.refused", _("Was refused a page")


def note_refusal(request: HttpRequest, lacking: list[str]) -> None:
    """Write down which page it was and which rights its reader lacks, unless that was said."""
    user: Any = request.user
    page = request.resolver_match.view_name if request.resolver_match else ""
    if user.is_authenticated and has_tenant() and _is_news(user.pk, page):
        names = sorted(right.name for one in lacking for right in rights_with(one))
        entry = Entry(user, user.get_username(), after={"page": page, "rights": names})
        record(user, RefusalAction.REFUSED.value, entry)


def _is_news(user_id: int, page: str) -> bool:
    said, whose = caches["process"], f"refused:{current_tenant_id()}:{user_id}"
    if not said.add(f"{whose}:{page}", 0, HOUR):
        return False
    said.add(whose, 0, HOUR)
    return said.incr(whose) <= MOST
