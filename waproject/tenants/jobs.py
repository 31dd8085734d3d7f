"""Jobs of the queue that work for one tenant."""

from typing import Any

from django.utils.module_loading import import_string
from django_q.exceptions import TimeoutException
from django_q.tasks import async_task

from waproject.core.text.errors import kind_and_place
from waproject.tenants.preferences import local_time
from waproject.tenants.scope import current_tenant_id, in_tenant


class JobFailed(Exception):
    """A job ended with an error; which and where."""


RUN = "waproject.tenants.jobs.run"


def enqueue(
    function: str, *args: Any, q_options: dict[str, Any] | None = None, **kwargs: Any
) -> str:
    """Queue a call of the named function for the scope's tenant; return the id of the job.

    The job is a row of the caller's transaction. The worker enters the same scope before the call.
    """
    options = {"task_name": function.rpartition(".")[2], **(q_options or {})}
    return str(async_task(RUN, current_tenant_id(), function, *args, q_options=options, **kwargs))


def run(tenant_id: int, function: str, *args: Any, **kwargs: Any) -> Any:
    """Call the named function in the scope of the tenant, and return what it returns.

    The queue keeps and logs the error of a job that fails. The text of an error can hold what a
    customer wrote, so that of JobFailed has its kind and place alone.
    """
    try:
        with in_tenant(tenant_id), local_time():
            return import_string(function)(*args, **kwargs)
    except TimeoutException:
        raise
    except Exception as error:
        raise JobFailed(kind_and_place(error)) from None
