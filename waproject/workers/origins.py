"""The door of the workers for the log of operations: which job an operation is part of."""

from typing import Any

from django.dispatch import receiver
from django_q.signals import pre_execute

from waproject.audit.origins import enter


@receiver(pre_execute, dispatch_uid="workers.say_origin")
def say_origin(task: dict[str, Any], **_kwargs: Any) -> None:
    # A task that is run on the spot (`sync`) is part of whatever runs it.
    if not task.get("sync"):
        enter(f"job {task['func']}")
