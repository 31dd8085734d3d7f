"""What the provider calls: check, read, do one thing, answer."""

import logging
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    UnreadablePostError,
)
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from messaging.inbound.receive import receive
from messaging.outbound_log import callback_url
from messaging.parameters import Malformed, read_arrival, read_status
from messaging.statuses.apply import apply_report
from messaging.twilio import twiml
from messaging.twilio.signature import is_genuine

logger = logging.getLogger(__name__)

# A message of WhatsApp with all its parameters has some 10 kB.
MOST_BYTES = 1_000_000

View = Callable[[HttpRequest], HttpResponse]


def from_provider_only(view: View) -> View:
    """Let only the provider's own requests for our account through; answer 400 to nonsense.

    The signature is made with our account's token, so it names the account too: some requests
    (statuses of some channels) come without AccountSid.
    """

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        if refusal := _unreadable(request):
            return refusal
        if not is_genuine(request):
            logger.warning("Refused a request to %s: wrong or no signature.", request.path)
            return _refusal(_("The signature is missing or wrong."))
        account = request.POST.get("AccountSid", "")
        if account and account != settings.TWILIO_ACCOUNT_SID:
            logger.warning("Refused a request to %s: of another account.", request.path)
            return _refusal(_("This is not our account."))
        try:
            return view(request)
        except Malformed as error:
            logger.warning("Refused a request to %s: malformed.", request.path)
            return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")

    return csrf_exempt(login_not_required(require_POST(checked)))


@from_provider_only
def inbound(request: HttpRequest) -> HttpResponse:
    """Take in a person's message; the answer to them is in the response."""
    answer = receive(read_arrival(request.POST.dict(), at=timezone.now()))
    markup = twiml.reply(answer.body, callback_url(answer.token)) if answer else twiml.empty()
    return HttpResponse(markup, content_type=twiml.CONTENT_TYPE)


@from_provider_only
def status(request: HttpRequest) -> HttpResponse:
    """Take note of what became of a message of ours."""
    token = request.GET.get("token", "")
    apply_report(read_status(request.POST.dict(), token=token, at=timezone.now()))
    return HttpResponse(status=204)


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    """The answer to a body that the provider never sends; None when the form can be read.

    Told before it is read, as whoever sends it need not have signed: Django would write the files
    of a large form to the disk.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return _unsigned_refusal(request, 413, _("The body is too large."))
    try:
        request.POST  # noqa: B018  read now, for the errors of reading
    except (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return _unsigned_refusal(request, 400, _("The form cannot be read."))
    return None


def _unsigned_refusal(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    logger.warning("Refused a request to %s: unreadable (%d).", request.path, status)
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def _refusal(sentence: str) -> HttpResponse:
    return HttpResponseForbidden(sentence, content_type="text/plain; charset=utf-8")
