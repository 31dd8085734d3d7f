"""What every list over a large table needs to stay fast."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.utils.functional import cached_property

from waproject.core.db.counting import count_up_to

COUNT_LIMIT = 100_000
# Nobody types more, and SQLite takes no condition on a thousand words.
LONGEST_SEARCH = 200


class CappedPaginator(Paginator):
    """Counts up to COUNT_LIMIT rows: more would cost too much time."""

    @cached_property
    def count(self) -> int:
        return count_up_to(self.object_list, COUNT_LIMIT)

    @property
    def is_capped(self) -> bool:
        """Whether there may be more rows than were counted; the page shows a plus sign then."""
        return self.count >= COUNT_LIMIT


class BigListAdmin(admin.ModelAdmin):
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0

    def get_search_results(self, request, queryset, search_term):
        """As Django's, but of no more words than a database takes conditions."""
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH])
