"""Counts up to a limit, in a limited time."""

from typing import Any

from django.db.models import QuerySet


def count_up_to(queryset: QuerySet[Any], limit: int) -> int:
    """The number of rows, or `limit` when there are at least as many: the cost has an end."""
    return queryset.order_by()[:limit].count()
