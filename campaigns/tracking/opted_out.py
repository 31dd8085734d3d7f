"""Who opted out after a campaign wrote to them."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, F

from campaigns.models import Recipient
from optouts.models import Change, Source

# An opt-out so long after a message is put down to it, as an answer is.
WITHIN = timedelta(days=7)


def opted_out(campaign_ids: Iterable[int]) -> dict[int, int]:
    """How many people of each campaign opted out within days of its message. One query.

    By a message of theirs, or at the provider: what staff or an uploaded list decided is no answer.
    """
    rows = (
        Recipient.objects.filter(
            campaign__in=[*campaign_ids],
            contact__consent_events__change=Change.OUT,
            contact__consent_events__source__in=[Source.MESSAGE, Source.PROVIDER],
            contact__consent_events__at__gte=F("sent_at"),
            contact__consent_events__at__lte=F("sent_at") + WITHIN,
        )
        .order_by()
        .values_list("campaign_id")
        .annotate(Count("pk", distinct=True))
    )
    return dict(rows)
