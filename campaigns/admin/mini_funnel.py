"""How far the people of a campaign came, as a slim bar in its row of the list."""

from collections.abc import Iterator

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from campaigns.tracking.funnel import Funnel

FULL = 1_000  # the length of the bar


def mini_funnel(counts: Funnel, *, first: str = "") -> SafeString:
    """The bar, each person in one part of it: how far they came. "" without people.

    `first` is said before its numbers.
    """
    if not counts.recipients:
        return SafeString()
    words = ", ".join(filter(None, [first, in_words(counts)]))
    parts = format_html_join(
        "", '<rect class="{}" x="{}" width="{}" height="10"/>', _lengths(counts)
    )
    return format_html(
        '<svg class="mini-funnel" viewBox="0 0 {} 10" preserveAspectRatio="none" role="img"'
        ' aria-label="{}"><title>{}</title>{}</svg>',
        str(FULL),
        words,
        words,
        parts,
    )


def in_words(counts: Funnel) -> str:
    """The numbers of the bar, for who hears it or points at it; parts without anybody left out."""
    said = [
        sentence % {"count": number_format(number, force_grouping=True)}
        for _part, number, sentence in _parts(counts)
        if number
    ]
    return ", ".join(said)


def _parts(counts: Funnel) -> Iterator[tuple[str, int, str]]:
    """Each part by its class: how many people came just so far, and how that is said."""
    count = counts.replied
    yield "replied", count, ngettext("%(count)s replied", "%(count)s replied", count)
    count = counts.read - counts.replied
    yield "read", count, ngettext("%(count)s only read it", "%(count)s only read it", count)
    count = counts.unread
    yield "delivered", count, ngettext("%(count)s only got it", "%(count)s only got it", count)
    count = counts.sent - counts.delivered
    yield (
        "sent",
        count,
        ngettext("%(count)s not delivered so far", "%(count)s not delivered so far", count),
    )
    count = counts.recipients - counts.sent
    yield "left", count, ngettext("%(count)s not sent", "%(count)s not sent", count)


def _lengths(counts: Funnel) -> Iterator[tuple[str, str, str]]:
    """The rectangles, one after the other. Whole numbers as text: no locale groups them."""
    begin = people = 0
    for part, number, _sentence in _parts(counts):
        people += number
        end = FULL * people // counts.recipients
        if end > begin:
            yield part, str(begin), str(end - begin)
        begin = end
