"""What providers call: find the account, check the signature, read, do one thing, answer."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseNotAllowed,
    UnreadablePostError,
)
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from messaging.inbound.receive import receive
from messaging.models import Account
from messaging.providers import registry
from messaging.providers.base import Malformed, NotConfigured
from messaging.statuses.apply import apply_report
from waproject.tenants.scope import all_tenants, in_tenant

logger = logging.getLogger(__name__)

# A message of WhatsApp with all its parameters has some 10 kB.
MOST_BYTES = 1_000_000

# What a view gets: the request, checked, and the account it is for.
View = Callable[[HttpRequest, Account], HttpResponse]
Checked = Callable[..., HttpResponse]
# How a webhook names its account: provider, id in the path, id in the request.
Named = tuple[str, int | None, str]

# The accounts that were named a moment ago: finding one takes longer than all other checks.
_recent: dict[Named, tuple[float, Account]] = {}


def from_provider_only(view: View) -> Checked:
    """Let only the provider's own requests for an account of ours through; 400 for nonsense.

    The account is named by the path, else by the request, else it is that of the environment. The
    request works for the account's business.
    Whatever is wrong with it, the answer is that of a wrong signature.
    """

    @wraps(view)
    def checked(request: HttpRequest, provider: str, account_id: int | None = None) -> HttpResponse:
        if provider not in registry.names():
            raise Http404
        if request.method == "GET":
            with all_tenants():
                return _answer_to_challenge(request, provider, account_id)
        if refusal := _unreadable(request):
            return refusal
        with all_tenants():
            account = _account(request, provider, account_id)
        if account is None or not _is_genuine(request, account):
            logger.warning("Refused a request to %s: wrong or no signature.", request.path)
            return _refusal(_("The signature is missing or wrong."))
        try:
            with in_tenant(cast(int, account.tenant_id)):
                return view(request, account)
        except Malformed as error:
            logger.warning("Refused a request to %s: malformed.", request.path)
            return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")

    return csrf_exempt(login_not_required(require_http_methods(["GET", "POST"])(checked)))


def _answer_to_challenge(
    request: HttpRequest, provider: str, account_id: int | None
) -> HttpResponse:
    """What a provider wants to read before it uses a webhook; 405 when it asks for nothing."""
    account = Account.objects.filter(provider=provider, pk=account_id or 0).first()
    answer = account and account.api.challenge(request, account.webhook_token())
    if not answer:
        return HttpResponseNotAllowed(["POST"])
    return HttpResponse(answer, content_type="text/plain; charset=utf-8")


def _account(request: HttpRequest, provider: str, account_id: int | None) -> Account | None:
    """The account that the request is for; None when it is none of ours, or names two."""
    named = registry.provider(provider).account_of(request)
    return _recent_account(
        (provider, account_id, named), lambda: _found(provider, account_id, named)
    )


def _recent_account(named: Named, find: Callable[[], Account | None]) -> Account | None:
    """The account as it was at most ACCOUNTS_REMEMBERED_SECONDS ago, else as `find` gives it.

    What is none of ours is not remembered, so no stranger fills the memory.
    """
    found_at, account = _recent.get(named, (0.0, None))
    if account is not None and time.monotonic() - found_at < settings.ACCOUNTS_REMEMBERED_SECONDS:
        return account
    account = find()
    if account is not None:
        _recent[named] = (time.monotonic(), account)
    return account


def _found(provider: str, account_id: int | None, named: str) -> Account | None:
    accounts = Account.objects
    account = accounts.filter(pk=account_id).first() if account_id else None
    if account_id is None and named:
        account = accounts.named(provider, named)
    elif account_id is None or (account and account.in_environment):
        # Follows the environment, should that name another account since the last start.
        account = accounts.of_environment()
    if account is None or account.provider != provider or account_id not in (None, account.pk):
        return None
    return account if named in ("", account.external_id) else None


def _is_genuine(request: HttpRequest, account: Account) -> bool:
    try:
        return account.api.is_genuine(request, account.credentials())
    except NotConfigured as error:
        logger.error("A request to %s could not be checked: %s", request.path, error)
        return False


@from_provider_only
def inbound(request: HttpRequest, account: Account) -> HttpResponse:
    """Take in a person's message; the answer to them is in the response."""
    message = account.api.read_inbound(request, at=timezone.now())
    answer = receive(replace(message, account_id=account.pk))
    if answer is None:
        return account.api.answer("", "")
    return account.api.answer(answer.body, account.callback_url(answer.token))


@from_provider_only
def status(request: HttpRequest, account: Account) -> HttpResponse:
    """Apply what became of a message of ours."""
    token = request.GET.get("token", "")
    apply_report(account.api.read_status(request, token=token, at=timezone.now()))
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
