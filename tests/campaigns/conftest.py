"""Two workers need a database that lets both write."""

from django.conf import settings as project

IS_SQLITE = "sqlite" in project.DATABASES["default"]["ENGINE"]
RIVALS = [
    "sending/test_frequency_cap_rivals.py",
    "sending/test_retries_of_emptied_rivals.py",
    "sending/test_templates_rivals.py",
]
collect_ignore = RIVALS if IS_SQLITE else []
