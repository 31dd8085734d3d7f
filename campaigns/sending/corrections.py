"""The address of recipients whose contact was corrected since the launch.

Staff correct a phone while a campaign is paused or sends: the message goes to the corrected
address, never to the former one. Recipient.phone says where the message went or is going.
"""

from collections.abc import Iterable

from campaigns.models import Recipient
from campaigns.sending.due import Due
from campaigns.states import RecipientStatus
from waproject.core.db.expressions import OwnText

# What the history says of a claim at another address. Not which: history outlives a person's data.
CORRECTED = {"cause": "the contact's address was corrected"}


def write_down(people: Iterable[Due]) -> list[int]:
    """Give those who are corrected their new address and zones, on rows locked by the caller.

    Returns their ids. Nobody corrected, no query.
    """
    corrected = {one.pk: one for one in people if one.is_corrected}
    if corrected:
        rows = Recipient.objects.filter(pk__in=corrected, status=RecipientStatus.PENDING)
        rows.update(
            phone=OwnText("pk", {pk: one.address or "" for pk, one in corrected.items()}),
            time_zone=OwnText("pk", {pk: one.time_zone for pk, one in corrected.items()}),
        )
    return list(corrected)
