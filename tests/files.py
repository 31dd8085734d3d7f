"""Files at their signed addresses, as somebody outside fetches them."""

from typing import Any

from django.test import Client


def fetched(address: str) -> tuple[Any, bytes]:
    """The response, and the content of the file."""
    response = Client().get(address)
    content = b"".join(response.streaming_content)
    return response, content
