"""The original schema's queries are written in SQLite's words: other databases do not run them."""

from django.conf import settings

collect_ignore = (
    [] if "sqlite" in settings.DATABASES["default"]["ENGINE"] else ["test_original_queries.py"]
)
