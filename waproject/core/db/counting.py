"""Counts up to a limit, in a limited time."""

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery


def count_up_to(queryset: QuerySet[Any], limit: int) -> int:
    """The number of rows, or `limit` when there are at least as many: the cost has an end."""
    return queryset.order_by()[:limit].count()


class CountUpTo(Subquery):
    """What `count_up_to` gives, as a column: one statement can have several."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, queryset: QuerySet[Any], limit: int) -> None:
        super().__init__(queryset.order_by().values("pk")[:limit])
