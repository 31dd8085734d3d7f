from contextvars import copy_context

from django_q.signals import pre_execute

from waproject.audit.origins import current_origin, origin


def origin_in_a_job(**task) -> str:
    """Where operations come from once a worker has begun this task."""

    def begin() -> str:
        pre_execute.send(sender="django_q", func=None, task=task)
        return current_origin()

    return copy_context().run(begin)


def test_operations_of_a_job_come_from_it():
    assert origin_in_a_job(func="messaging.delivery.jobs.wake_senders") == (
        "job messaging.delivery.jobs.wake_senders"
    )


def test_job_on_the_spot_is_part_of_what_runs_it():
    with origin("command demo"):
        assert (
            origin_in_a_job(func="messaging.delivery.jobs.wake_senders", sync=True)
            == "command demo"
        )
