"""`manage.py dumpdata`, over all businesses."""

from typing import Any

from django.core.management.commands import dumpdata

from waproject.tenants.scope import all_tenants


class Command(dumpdata.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        with all_tenants():
            return super().handle(*args, **options)
