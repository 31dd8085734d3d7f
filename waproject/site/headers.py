"""What a browser may do with our pages, said in the headers of every response.

The policy is one constant: no page needs a nonce, a source elsewhere or an exception. So a function
says it, and no package; Django 6 has the middleware built in.
"""

from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse

SELF, NONE = ("'self'",), ("'none'",)
# Scripts and styles come from files of ours alone: none within a page, none from a text (eval).
CONTENT_POLICY: Mapping[str, Sequence[str]] = {
    "default-src": NONE,
    "script-src": SELF,
    "style-src": SELF,
    "img-src": SELF,
    "font-src": SELF,
    "media-src": SELF,
    "connect-src": SELF,
    "form-action": SELF,
    "base-uri": NONE,
    "frame-ancestors": NONE,
}
# What no page of ours asks a browser for, so that a script that got in could not either.
UNUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "sync-xhr",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
HEADERS = {
    "Content-Security-Policy": "; ".join(
        f"{kind} {' '.join(sources)}" for kind, sources in CONTENT_POLICY.items()
    ),
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Django's pages about an error in development have their scripts and styles within.
PAGES_OF_DEBUG = (404, 500)


def say_policies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: every response carries HEADERS, but for Django's own pages about errors."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.DEBUG and response.status_code in PAGES_OF_DEBUG:
            return response
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer
