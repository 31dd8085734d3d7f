"""Commands that work for one tenant."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from waproject.tenants.models import Tenant
from waproject.tenants.preferences import local_time
from waproject.tenants.scope import current_tenant_id, has_tenant, in_tenant


class TenantCommand(BaseCommand):
    """A command that runs in the scope of one business: the only one, or that of `--tenant`."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser: ArgumentParser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument(
            "--tenant",
            metavar=_("SHORT_NAME"),
            help=_("the business to work for; needed only where there are several"),
        )
        return parser

    def execute(self, *args: Any, **options: Any) -> Any:
        with in_tenant(tenant_of(options.get("tenant"))), local_time():
            return super().execute(*args, **options)


def tenant_of(slug: str | None) -> int:
    """The id of the business with this short name; without one, of the scope's or the only one.

    Raises CommandError when there is none, or several to choose from.
    """
    if slug is None and has_tenant():
        return current_tenant_id()
    try:
        return _only_one(slug)
    except DatabaseError as error:
        if Tenant._meta.db_table in connection.introspection.table_names():
            raise
        raise CommandError(
            _("The database has no tables yet. Run manage.py migrate first.")
        ) from error


def _only_one(slug: str | None) -> int:
    tenants = Tenant.objects.all() if slug is None else Tenant.objects.filter(slug=slug)
    found = list(tenants.values_list("pk", flat=True)[:2])
    if len(found) == 1:
        return found[0]
    slugs = ", ".join(Tenant.objects.values_list("slug", flat=True))
    if slug is not None:
        raise CommandError(
            _("There is no business %(slug)s. These exist: %(slugs)s.")
            % {"slug": slug, "slugs": slugs}
        )
    if found:
        raise CommandError(_("There are several businesses: name one with --tenant: %s.") % slugs)
    raise CommandError(_("There is no business yet. Run manage.py migrate first."))
