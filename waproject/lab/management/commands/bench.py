"""`manage.py bench`: the speed of sending and answering, as ratios, on both databases.

Ends with exit code 1 when a line does not hold.
"""

import os
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console

from waproject.lab.bench.databases import (
    POSTGRES,
    POSTGRES_NAME,
    SQLITE_NAME,
    kinds_of_database,
)
from waproject.lab.bench.kinds import KINDS, kind_named
from waproject.lab.bench.lines import print_lines
from waproject.lab.bench.measuring import Bench, measure


class Command(BaseCommand):
    help = _("Measure sending, launching and answering, on SQLite and PostgreSQL.")

    requires_system_checks = []  # its processes would repeat them for every measurement

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        known = ", ".join(KINDS)
        add("--only", type=kinds_named, default=[*KINDS], help=_("some of: %s") % known)
        add("--recipients", type=int, help=_("how many people; each kind has its own number"))
        add("--rounds", type=int, default=3, help=_("how often each is measured (3)"))
        add("--database", choices=(SQLITE_NAME, POSTGRES_NAME), help=_("only this one; else both"))
        add(
            "--postgres",
            default=os.environ.get("DATABASE_URL_POSTGRES", POSTGRES),
            help=_("a server where databases may be made; also DATABASE_URL_POSTGRES"),
        )
        add(
            "--without-policies",
            action="store_true",
            help=_("as a superuser of PostgreSQL, whom row-level security does not hold for"),
        )
        add("--measure", nargs=2, metavar=("FUNCTION", "ARGUMENTS"), help=_("for itself"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["measure"]:
            self.stdout.write(measure(*options["measure"]))
            return
        console = Console(file=cast(IO[str], self.stdout), width=120)
        failed = []
        kinds = kinds_of_database(
            options["postgres"], self.stdout.write, policies=not options["without_policies"]
        )
        for name, new_database in kinds:
            if options["database"] not in (None, name):
                continue
            bench = Bench(new_database, options["rounds"], options["recipients"])
            lines = []
            for kind in options["only"]:
                console.print(f"{name}: {kind} …")
                lines += kind_named(kind)(bench)
            print_lines(console, name, lines)
            failed += [f"{name}: {line.work}" for line in lines if not line.holds]
        if failed:
            raise CommandError("\n- ".join([_("It does not hold:"), *failed]))


def kinds_named(text: str) -> Sequence[str]:
    names = text.split(",")
    for name in names:
        if name not in KINDS:
            raise ArgumentTypeError(_("There is no kind of work called “%s”.") % name)
    return names
