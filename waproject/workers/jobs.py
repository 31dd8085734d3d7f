"""The heartbeat: a job that does nothing but pass through the whole queue."""

from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

HEARTBEAT = "waproject.workers.jobs.heartbeat"
# When so many jobs wait, each of them serves as a heartbeat.
WAITING_ENOUGH = 5


def heartbeat() -> str:
    """Do nothing: the supervisor only watches that this job was run and booked."""
    return "passed"


def ask_for_heartbeat(queue: str) -> bool:
    """Put a heartbeat into a queue, unless enough jobs wait there; return whether it was put."""
    waiting = OrmQ.objects.filter(key=queue, lock__lte=timezone.now())[:WAITING_ENOUGH]
    if len(waiting.values_list("pk", flat=True)) == WAITING_ENOUGH:
        return False
    # Not saved among the successes, which it would crowd out.
    async_task(HEARTBEAT, q_options={"cluster": queue, "save": False, "task_name": "heartbeat"})
    return True
