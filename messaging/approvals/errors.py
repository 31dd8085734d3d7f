"""Errors of messages that speak of their template: the provider is asked about it at once."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from messaging.approvals.asking import ask_soon
from messaging.models import Message
from messaging.providers.errors import About, ErrorRule
from messaging.statuses.reports import StatusReport


def speaks_of_template(rule: ErrorRule) -> bool:
    return rule.about is About.TEMPLATE


def follow_errors(reports: Sequence[StatusReport]) -> set[StatusReport]:
    """Have the templates asked about of messages that failed for theirs; knows no report.

    One of STATUS_LISTENERS. Failures come one by one, never in company.
    """
    failed = [one for one in reports if one.error_code and not one.in_company]
    ids = [pk for one in failed if (pk := _version_of(one)) is not None]
    ask_about(ids)
    return set()


def ask_about(version_ids: Iterable[int]) -> None:
    if ids := {*version_ids}:
        ask_soon(ids, timezone.now())


def _version_of(report: StatusReport) -> int | None:
    """The version that a report's message was made of, if its error is about that."""
    rows = Message.objects.outbound().filter(message_sid=report.sid).select_related("account")
    message = rows.first()
    if message is None or message.account is None or message.template_version_id is None:
        return None
    rule = message.account.api.classify_error(report.error_code)
    return message.template_version_id if speaks_of_template(rule) else None
