"""How a kept file goes to a browser, or to a provider that fetches it.

Nothing of a stranger may run as a page of ours: the type is what the first bytes said and is not
guessed (`nosniff`), the policy is a sandbox without anything, and what a browser cannot merely show
or play is a download of bytes. Parts of a file are given where they are asked for, without which
some browsers play no recording (RFC 9110, 14).
"""

import re

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from waproject.core.files import keeping
from waproject.core.files.kinds import PLAYED, SHOWN, UNKNOWN

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


def respond(
    request: HttpRequest,
    path: str,
    *,
    mime_type: str,
    name: str,
    cache: str,
    is_told: bool = False,
) -> HttpResponseBase:
    """The kept file, or the part of it that the request asks for; `cache` is its Cache-Control.

    `is_told`: its type is said of a download too, for a provider that passes it on. Raises
    FileNotFoundError when the file is not there.
    """
    is_seen = mime_type in SHOWN | PLAYED and "download" not in request.GET
    response = _body(request, path)
    headers = {
        "Content-Type": mime_type if is_told or mime_type in SHOWN | PLAYED else UNKNOWN,
        "Content-Disposition": content_disposition_header(not is_seen, name) or "attachment",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "Cache-Control": cache,
    }
    for header, value in headers.items():
        response.headers[header] = value
    return response


def begins(request: HttpRequest) -> bool:
    """Whether the request asks for a file from its beginning, and not for a later part."""
    span = _asked(request)
    return request.method == "GET" and (span is None or span[0] in ("", "0"))


def _body(request: HttpRequest, path: str) -> HttpResponseBase:
    is_head = request.method == "HEAD"  # asked first by providers; a range means nothing in it
    span = _asked(request)
    if span is None and not is_head:
        file = keeping.opened(path)
        response: HttpResponseBase = FileResponse(file)
        response.headers["Content-Length"] = str(file.size)
        return response
    size = keeping.size_of(path)
    if size is None:
        raise FileNotFoundError(path)
    if span is None or is_head:
        return HttpResponse(headers={"Content-Length": str(size)})
    first, last = _span(*span, size)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    part = StreamingHttpResponse(keeping.part_of(path, first, last), status=206)
    part.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    part.headers["Content-Length"] = str(last - first + 1)
    return part


def _asked(request: HttpRequest) -> tuple[str, str] | None:
    """The single range that is asked for; None for the whole file.

    What is no range, or several, is answered with the whole. So is a part of what the asker has of
    another time (`If-Range`): nothing here says which time a file is of.
    """
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None or found[0] == "bytes=-" or "If-Range" in request.headers:
        return None
    return found[1], found[2]


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and the last byte of a range; `-500` is the last 500."""
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
