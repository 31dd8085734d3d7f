"""The door of the site for the log of operations: from where a request came, and by what."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from waproject.audit.origins import origin
from waproject.site.logins import client_address

# In this order: a browser names those that it takes after too.
BROWSERS = (
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/(\d{1,4})")),
    ("Opera", re.compile(r"OPR/(\d{1,4})")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d{1,4})")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS)/(\d{1,4})")),
    ("Safari", re.compile(r"Version/(\d{1,4})[\d.]* (?:Mobile/\w+ )?Safari/")),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
# A header longer than this is looked at so far.
LONGEST = 400


def say_origin(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: operations of this request come from its client's address and program."""

    def answer(request: HttpRequest) -> HttpResponse:
        program = program_in_short(request.headers.get("User-Agent", ""))
        with origin(" ".join(filter(None, ["web", client_address(request), program]))):
            return get_response(request)

    return answer


def program_in_short(user_agent: str) -> str:
    """`Firefox 128 Windows`; of a program that is no known browser nothing at all."""
    text = user_agent[:LONGEST]
    found = next(
        (f"{name} {match[1]}" for name, shape in BROWSERS if (match := shape.search(text))), ""
    )
    system = next((name for sign, name in SYSTEMS if sign in text), "")
    return " ".join(filter(None, [found, system])) if found else ""
