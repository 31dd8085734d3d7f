"""What can be exported in the background: each kind has its permissions and its writer."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from waproject.core.exports.rows import Progress


@dataclass(frozen=True)
class Wish:
    """The export that a user asked for.

    `source` is a name of settings.EXPORT_SOURCES, `name` says which of its lists, `query` narrows
    it as in the address of its page. `columns` are those chosen; None: all there are.
    """

    source: str
    name: str
    query: str = ""
    columns: Sequence[str] | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Source(Protocol):
    """One kind of thing that can be exported, as settings.EXPORT_SOURCES names it."""

    def permissions(self, wish: Wish) -> Sequence[str]:
        """What a person needs to take it along, as has_perm takes them."""

    def write(self, wish: Wish, form: str, user: Any, file: BinaryIO, progress: Progress) -> None:
        """Write what is wished as csv, xlsx or json, as the user would see it now.

        Calls `progress` after each chunk. Raises CannotDo.
        """


def source_of(wish: Wish) -> Source:
    source: Source = import_string(settings.EXPORT_SOURCES[wish.source])()
    return source
