"""Reading the form of a page as a browser would send it."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    """Collects what the fields of the largest form hold."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._select, self._area = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self._add(self._select, given.get("value"))
        elif tag == "textarea":
            self._area = name
            self._add(name, "")
        elif tag == "input" and name and _is_sent(given):
            self._add(name, given.get("value"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area][-1] += data

    def _add(self, name: str, value: str | None) -> None:
        self.values.setdefault(name, []).append(value or "")


def _is_sent(given: dict[str, str | None]) -> bool:
    kind = given.get("type", "text")
    if kind in ("submit", "button", "file"):
        return False
    return kind not in ("checkbox", "radio") or "checked" in given


def posted(page: str) -> dict[str, list[str]]:
    """The values of all fields of a page, as its forms would send them unchanged."""
    form = _Form()
    form.feed(page)
    return form.values
