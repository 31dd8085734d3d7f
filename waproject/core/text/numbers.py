"""Numbers as people, forms and the addresses of pages write them."""


def number_in(text: str | None) -> int:
    """An id; 0, which nothing has, for anything else, and for more than a database can hold."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
