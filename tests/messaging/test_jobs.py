from django.utils import timezone

from messaging.jobs import apply_kept_statuses
from messaging.models import KeptStatus


def test_apply_kept_statuses_says_how_many_it_applied(message):
    now = timezone.now()
    for sid in (message.message_sid, "SM" + "2" * 32):
        KeptStatus.objects.create(message_sid=sid, status="sent", received_at=now, try_at=now)

    assert apply_kept_statuses() == "1 kept statuses applied"
