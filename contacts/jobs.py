"""What the tick runs for contacts."""

from django.utils import timezone

from contacts.imports import operations


def forget_import_files() -> str:
    """Delete the files of old imports: they hold personal data."""
    return f"{operations.forget_import_files(timezone.now())} forgotten"
