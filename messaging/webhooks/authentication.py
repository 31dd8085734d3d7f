"""Letting only a provider's own requests through: account, size, signature."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    UnreadablePostError,
)
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from messaging.models import Account
from messaging.providers import registry
from messaging.providers.base import Malformed, NotConfigured
from messaging.webhooks.accounts import account_for
from waproject.tenants.scope import all_tenants, in_tenant

logger = logging.getLogger(__name__)

# A message of WhatsApp with all its parameters has some 10 kB.
MOST_BYTES = 1_000_000

# What a view gets: the request, checked, and the account it is for.
View = Callable[[HttpRequest, Account], HttpResponse]
Checked = Callable[..., HttpResponse]


def from_provider_only(view: View) -> Checked:
    """Let only the provider's own requests for an account of ours through; 400 for nonsense.

    The account is named by the path, else by the request, else it is that of the environment. The
    request works for the account's business.
    Every other fault is answered like a wrong signature.
    """

    @wraps(view)
    def checked(request: HttpRequest, provider: str, account_id: int | None = None) -> HttpResponse:
        if provider not in registry.names():
            raise Http404
        try:
            return _checked(view, request, provider, account_id)
        except (OperationalError, InterfaceError) as error:
            logger.error(
                "The database is away: a request to %s is not stored, and its sender is told to"
                " send it again. %s",
                request.path,
                type(error).__name__,
            )
            return _plain(503, _("It could not be stored. Send it again later."))

    return csrf_exempt(login_not_required(require_http_methods(["GET", "POST"])(checked)))


def _checked(
    view: View, request: HttpRequest, provider: str, account_id: int | None
) -> HttpResponse:
    if request.method == "GET":
        with all_tenants():
            return _answer_to_challenge(request, provider, account_id)
    if refusal := _unreadable(request):
        return refusal
    with all_tenants():
        account = account_for(request, provider, account_id)
    if account is None or not _is_genuine(request, account):
        logger.warning("Refused a request to %s: wrong or no signature.", request.path)
        return _plain(403, _("The signature is missing or wrong."))
    try:
        with in_tenant(cast(int, account.tenant_id)):
            return view(request, account)
    except Malformed as error:
        logger.warning("Refused a request to %s: malformed.", request.path)
        return _plain(400, str(error))


def _answer_to_challenge(
    request: HttpRequest, provider: str, account_id: int | None
) -> HttpResponse:
    """What a provider wants to read before it uses a webhook; 405 when it asks for nothing."""
    account = Account.objects.filter(provider=provider, pk=account_id or 0).first()
    try:
        answer = account and account.api.challenge(request, account.webhook_token())
    except NotConfigured as error:
        logger.error("A request to %s could not be checked: %s", request.path, error)
        answer = None
    if not answer:
        return HttpResponseNotAllowed(["POST"])
    return HttpResponse(answer, content_type="text/plain; charset=utf-8")


def _is_genuine(request: HttpRequest, account: Account) -> bool:
    try:
        return account.api.is_genuine(request, account.credentials())
    except NotConfigured as error:
        logger.error("A request to %s could not be checked: %s", request.path, error)
        return False


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    """The answer to a body that the provider never sends; None when the form can be read.

    Checked before the signature, which needs the form: Django would write the files of a large form
    to the disk, and the request may come from a stranger.
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
    return _plain(status, sentence)


def _plain(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
