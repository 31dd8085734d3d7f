"""`manage.py health`: is the installation well? Exit code 1 when it is not."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from waproject.workers.health import examine, is_well
from waproject.workers.views import as_report


class Command(BaseCommand):
    help = _("Tell whether database, migrations, worker clusters, tick and queue are well.")
    requires_system_checks = []  # a monitor asks every minute

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, **options: Any) -> None:
        findings = examine()
        if options["format"] == "json":
            self.stdout.write(json.dumps(as_report(findings), ensure_ascii=False))
        else:
            for finding in findings:
                mark = self.style.SUCCESS("ok     ") if finding.ok else self.style.ERROR("failing")
                self.stdout.write(f"{mark}  {finding.check}: {finding.detail}")
        if not is_well(findings):
            raise SystemExit(1)
