"""`manage.py measure_words FILE...`: opt-outs that are missed, and messages taken for one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from optouts.recognition import vocabulary
from optouts.recognition.sentences import (
    CannotRead,
    Judged,
    Sentence,
    figures,
    judge,
    read_sentences,
)
from waproject.accounts.actors import Actor
from waproject.audit.commands import ActingCommand


class Command(ActingCommand):
    help = _("Judge the sentences of files and count the errors, by language.")
    needs = ("optouts.view_phrase",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--in-use",
            action="store_true",
            help=_("with the phrases of this installation, not the built-in ones"),
        )

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        words = vocabulary.current() if options["in_use"] else vocabulary.built_in()
        for path in options["files"]:
            judged = judge(_sentences(path), words)
            self.stdout.write(path.name)
            for language in sorted({one.sentence.language for one in judged}):
                self._tell(language, [one for one in judged if one.sentence.language == language])
            self._tell(_("all"), judged)
            for one in judged:
                if not one.right:
                    self.stdout.write(_line(one))

    def _tell(self, name: str, judged: list[Judged]) -> None:
        found = figures(judged)
        self.stdout.write(
            _(
                "  %(name)s: of %(requests)d requests %(missed)d missed, %(left)d left to a person,"
                " %(overdone)d opted out without a person;"
                " of %(innocent)d innocents %(opted_out)d opted out, %(held)d held"
            )
            % {"name": name, **{field: getattr(found, field) for field in found.__slots__}}
        )


def _sentences(path: Path) -> list[Sentence]:
    try:
        return read_sentences(path)
    except (OSError, CannotRead) as error:
        raise CommandError(str(error)) from error


def _line(one: Judged) -> str:
    because = f" ({one.phrase})" if one.phrase else ""
    return f"    {one.sentence.expected.value} > {one.verdict.value}: {one.sentence.text}{because}"
