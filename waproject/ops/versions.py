"""Whether a backup's database was made by the code that restores it."""

from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

# An app, and one of its migrations.
Applied = list[tuple[str, str]]


def why_not_this_code(applied: Applied) -> str | None:
    """Why this code cannot work with a database that has these migrations; None when it can.

    They are in the order in which they were applied. Those of apps that are not installed, and
    those that others have replaced, say nothing.
    """
    code = MigrationLoader(None)
    if lacking := sorted(set(code.graph.nodes) - set(applied)):
        return _(
            "The backup is of an earlier version: it has no %(migration)s. Restore it with the code"
            " that made it; then put this code in its place and run manage.py migrate."
        ) % {"migration": ".".join(lacking[0])}
    for one in dict(applied).items():  # the last of each app
        if one[0] in code.migrated_apps and one not in code.disk_migrations:
            return _(
                "The backup is of a later version: this code has no %(migration)s."
                " Restore it with the code that made it."
            ) % {"migration": ".".join(one)}
    return None
