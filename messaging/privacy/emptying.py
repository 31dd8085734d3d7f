"""Messages without what they said and to whom: reports count them still."""

from django.db.models import CharField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat

from contacts.states import STAND_IN
from messaging.models.querysets import MessageQuerySet

# For many at once: the stand-in of each row's own contact.
OF_ITS_CONTACT = Concat(
    Value(STAND_IN), Coalesce(Cast("contact_id", CharField()), Value("")), output_field=CharField()
)


def empty_messages(rows: MessageQuerySet, stand_in: str | Combinable = OF_ITS_CONTACT) -> int:
    """Take text, content, error and address out of these messages; return how many."""
    return rows.update(phone=stand_in, body="", content={}, error_message="")
