"""What every list over a large table needs to stay fast."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import (
    ERROR_FLAG,
    IGNORED_PARAMS,
    ORDER_VAR,
    PAGE_VAR,
    SEARCH_VAR,
)
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from waproject.core.admin.deleting import NamesFewDeleted
from waproject.core.db.counting import count_up_to

# What the address of a list says about the page, and not about the rows on it.
ABOUT_THE_PAGE = {*IGNORED_PARAMS, PAGE_VAR, ERROR_FLAG} - {SEARCH_VAR}
COUNT_LIMIT = 100_000
# A search compares each row: whoever finds as many types another word.
SEARCH_COUNT_LIMIT = 1_000
FAR_BACK = 1_000
# Nobody types more, and SQLite takes no condition on a thousand words.
LONGEST_SEARCH = 200


def narrowing(query: QueryDict) -> str:
    """What of a list's address narrows it, always in the same order; "" while it shows all."""
    kept = query.copy()
    for name in [name for name in kept if name in ABOUT_THE_PAGE or not kept[name].strip()]:
        del kept[name]
    return urlencode(sorted(kept.lists()), doseq=True)


class CappedPaginator(Paginator):
    """Counts up to `limit` rows: more would cost too much time.

    With `sorts` the rows are in an order that the reader chose.
    """

    limit = COUNT_LIMIT
    sorts = False

    @cached_property
    def count(self) -> int:
        return count_up_to(self.object_list, self.limit)

    def page(self, number: Any) -> Page:
        """As Django's. Far back, and in an order of the reader's, the rows are found by their ids.

        The database walks over all rows before them, or sorts all that there are, and would take
        each with its related rows.
        """
        page = super().page(number)
        if self.sorts or page.start_index() > FAR_BACK:
            ids = list(page.object_list.values_list("pk", flat=True))
            page.object_list = self.object_list.filter(pk__in=ids)
        return page

    @property
    def is_capped(self) -> bool:
        """Whether there may be more rows than were counted; the page shows a plus sign then."""
        return self.count >= self.limit


class SearchPaginator(CappedPaginator):
    """Counts what a search finds, or a filter that no index answers."""

    limit = SEARCH_COUNT_LIMIT


class BigListAdmin(NamesFewDeleted, admin.ModelAdmin):
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    # The names of filters that no index answers, in the address of the list.
    unindexed_filters: Collection[str] = ()

    def get_ordering(self, request):
        """By time where days are chosen: by number a database would look through all the others."""
        names = [name for name in self.get_list_filter(request) if isinstance(name, str)]
        chosen = [name for name in names if f"{name}__gte" in request.GET]
        if self.ordering or not chosen:
            return super().get_ordering(request)
        return [f"-{chosen[0]}", "-pk"]

    def compares_each_row(self, request):
        """Whether the list is filtered so that the database looks at each row, as in a search."""
        return any(name in request.GET for name in self.unindexed_filters)

    def get_paginator(self, request, *args, **kwargs):
        few = bool(request.GET.get(SEARCH_VAR)) or self.compares_each_row(request)
        paginator = (SearchPaginator if few else self.paginator)(*args, **kwargs)
        paginator.sorts = bool(request.GET.get(ORDER_VAR))
        return paginator

    @admin.display(description=mark_safe('<input type="checkbox" id="action-toggle">'))
    def action_checkbox(self, obj):
        """As Django's, but written at once: as a widget it takes a tenth of the time of a page."""
        words = gettext("Select this object for an action - {}")
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            format_html(words, str(obj)),
        )

    def get_search_results(self, request, queryset, search_term):
        """As Django's, but of no more words than a database takes conditions."""
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH])
