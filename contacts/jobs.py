"""What the queue and the tick run for contacts. A job is a hint: the rows say what is to do."""

from django.utils import timezone

from contacts.imports import operations


def run_import(job_id: int) -> str:
    """Run an import, or go on with it."""
    return "ended" if operations.run_import(job_id) else "not waiting, or another worker has it"


def resume_stale_imports() -> str:
    """Queue again the imports whose worker died."""
    return f"{operations.resume_stale_imports(timezone.now())} resumed"


def forget_import_files() -> str:
    """Delete the files of old imports: they hold personal data."""
    return f"{operations.forget_import_files(timezone.now())} forgotten"
