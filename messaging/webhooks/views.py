"""What providers call: read, do one thing, answer."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from messaging.kept.door import receive_or_keep
from messaging.models import Account
from messaging.providers.base import Answer
from messaging.statuses.apply import apply_report
from messaging.webhooks.authentication import from_provider_only


@from_provider_only
def inbound(request: HttpRequest, account: Account) -> HttpResponse:
    """Take in what people wrote, each message by itself; the answers to them are in the response.

    While the database is away they are kept on the disk, and answered later. When one can be stored
    nowhere the request fails, and the provider repeats it: those before it are known by then, and
    answered as they were.
    """
    answers = []
    for message in account.api.read_inbound(request, at=timezone.now()):
        if answer := receive_or_keep(replace(message, account_id=account.pk)):
            url = account.callback_url(answer.token)
            answers.append(Answer(message.sid, answer.body, url))
    return account.api.answer(answers)


@from_provider_only
def status(request: HttpRequest, account: Account) -> HttpResponse:
    """Apply what became of messages of ours."""
    token = request.GET.get("token", "")
    for report in account.api.read_status(request, token=token, at=timezone.now()):
        apply_report(replace(report, account_id=account.pk))
    return HttpResponse(status=204)
