"""What staff decide about whole templates: to put them away, and to ask the provider for all."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from messaging.actions import TemplateAction
from messaging.approvals.following import follow
from messaging.models import Account, Template
from messaging.states import AccountStatus
from waproject.accounts.actors import Actor
from waproject.audit.acting import acting
from waproject.tenants.jobs import enqueue

SYNC = "messaging.approvals.jobs.sync"


def archive(templates: "QuerySet[Template]", *, by: Actor) -> int:
    """Put templates away: no campaign can choose them; return how many were not."""
    return _put_away(templates.filter(archived_at=None), TemplateAction.ARCHIVE, by)


def unarchive(templates: "QuerySet[Template]", *, by: Actor) -> int:
    """Take templates out of the archive; return how many were in it."""
    return _put_away(templates.exclude(archived_at=None), TemplateAction.UNARCHIVE, by)


def _put_away(templates: "QuerySet[Template]", action: TemplateAction, by: Actor) -> int:
    with acting(by, action) as event:
        ids = templates.order_by("pk").values_list("pk", flat=True)
        chosen = list(Template.objects.filter(pk__in=list(ids)).select_for_update())
        moment = timezone.now() if action is TemplateAction.ARCHIVE else None
        Template.objects.filter(pk__in=[one.pk for one in chosen]).update(archived_at=moment)
        for template in chosen:
            follow(template)
        event.concern(Template, [one.pk for one in chosen])
        if len(chosen) == 1:
            event.text = str(chosen[0])
    return len(chosen)


@transaction.atomic
def ask_for_sync(*, by: Actor) -> int:
    """Have every account's templates brought in step by a job; return how many accounts."""
    with acting(by, TemplateAction.SYNC, Template) as event:
        accounts = Account.objects.exclude(status=AccountStatus.DISCONNECTED)
        ids = list(accounts.values_list("pk", flat=True))
        for pk in ids:
            enqueue(SYNC, pk)
        event.after = {"accounts": len(ids)}
    return len(ids)
