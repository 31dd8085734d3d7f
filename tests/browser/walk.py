"""Every page of the site that opens, by its address, with a row of each model to show."""

import json
from collections.abc import Iterable
from types import SimpleNamespace

from tests.installation import Installation
from tests.waproject import access
from tests.waproject.access_table import ANYONE, NOBODY, Page

MAKE_ROWS = """
import json
from tests.waproject.access import make_rows
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
with in_tenant(Tenant.objects.get().pk):
    print(json.dumps({label: row.pk for label, row in make_rows().items()}, default=str))
"""
# What they answer is no page: a file to save, or a word for monitors.
NO_PAGES = ("_rejected", "_remarks", "_file", "_sample", "_open", "_small", "health")
# Pages of a passkey, of which the user who walks has none.
OF_PASSKEYS = {"mfa_remove_webauthn", "mfa_edit_webauthn"}


Rows = dict[str, SimpleNamespace]


def make_rows(site: Installation) -> Rows:
    """Make a row of each model; return what tells which."""
    made = json.loads(site.manage("shell", "--verbosity=0", "--command", MAKE_ROWS))
    return {label: SimpleNamespace(pk=pk) for label, pk in made.items()}


def addresses(site: Installation, rows: Rows, pages: Iterable[Page] | None = None) -> list[str]:
    """The address of each page that somebody may open, on this installation."""
    parts = access.configured()
    return [
        site.url + access.address(page, parts[page.name], rows)
        for page in pages or access.pages()
        if page.get != NOBODY and not is_no_page(page) and page.name not in OF_PASSKEYS
    ]


def addresses_of_strangers(site: Installation, rows: Rows) -> list[str]:
    """Of them, those that are open before the log-in."""
    return addresses(site, rows, [page for page in access.pages() if page.get == ANYONE])


def is_no_page(page: Page) -> bool:
    return page.name.endswith(NO_PAGES) or "format" in page.query
