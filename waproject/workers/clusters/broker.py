"""The queue in the database; each cluster notes on its machine which jobs it has taken."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.models import OrmQ

from waproject.workers.clusters import heartbeat_files


class NotingBroker(ORM):
    """django-q2's own broker, which also notes on this machine which jobs its cluster holds."""

    def dequeue(self) -> Any:
        taken = super().dequeue()
        for job, _payload in taken or []:
            heartbeat_files.note_taken(job, self._until)
        return taken

    def timeout(self, task: Any) -> datetime:
        """Until when the job is ours; it is asked just before the job is taken, one at a time."""
        self._until: datetime = super().timeout(task)
        return self._until

    def delete(self, task_id: int) -> None:
        super().delete(task_id)
        heartbeat_files.note_returned(task_id)


def release(taken: heartbeat_files.Taken) -> bool:
    """Give a job of a dead cluster back to the queue; False when it is booked or another's now."""
    held = OrmQ.objects.filter(pk=taken.job, lock=taken.until)
    return bool(held.update(lock=timezone.now()))
