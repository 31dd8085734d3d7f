"""The pages of files, and the one door through which a file goes out."""

from messaging.files.admin.files import StoredFileAdmin

__all__ = ["StoredFileAdmin"]
