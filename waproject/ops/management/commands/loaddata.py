"""`manage.py loaddata`, over all businesses."""

from typing import Any

from django.core.management.commands import loaddata

from waproject.tenants.scope import all_tenants


class Command(loaddata.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        with all_tenants():
            return super().handle(*args, **options)
