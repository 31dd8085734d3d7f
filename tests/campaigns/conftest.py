"""Two workers need a database that lets both write."""

from django.conf import settings as project

collect_ignore = (
    ["test_frequency_cap_rivals.py"] if "sqlite" in project.DATABASES["default"]["ENGINE"] else []
)
