"""What is tried on one kind of database alone."""

from django.conf import settings

collect_ignore = (
    ["test_givers_rivals.py"] if "sqlite" in settings.DATABASES["default"]["ENGINE"] else []
)
