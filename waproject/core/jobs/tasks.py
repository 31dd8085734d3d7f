"""What the queue and the tick run for jobs. A task is a hint: the row says what is to do."""

from django.utils import timezone

from waproject.core.jobs import operations

# A job that can stop between two steps gives others of the long cluster a turn after so long.
TURN_SECONDS = 60


def run_job(job_id: int) -> str:
    """Work at a job for a turn."""
    worked = operations.run(job_id, seconds=TURN_SECONDS)
    return "worked" if worked else "not waiting, or another worker has it"


def resume_jobs() -> str:
    """Queue again the jobs whose worker died."""
    return f"{operations.resume_abandoned(timezone.now())} resumed"


def forget_jobs() -> str:
    """Delete the jobs that are kept no longer: their files hold personal data."""
    return f"{operations.forget(timezone.now())} forgotten"
