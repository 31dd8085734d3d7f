"""Which permissions let which user through with `--as`: every command of the project.

Rights are written as in access_table. OPERATOR: the command is for whoever operates the
installation, works for all businesses or for none, and takes no `--as`.

A new command needs a line in COMMANDS. tests/waproject/test_commands.py fails until it has one.
"""

from dataclasses import dataclass

from campaigns.reports.catalogue import REPORTS

OPERATOR = "operator"


@dataclass(frozen=True)
class Command:
    """A command as it is typed.

    `{contact}` and `{campaign}` stand for ids, `{user}` for a user, `{new}` for a file that is not
    there, `{list}` for one of contacts, `{sentences}` for one of sentences.
    """

    line: str
    right: str

    @property
    def name(self) -> str:
        return self.line.split()[0]


def _report(name: str) -> Command:
    needed = REPORTS[name].all_permissions
    return Command(f"report {name}", " + ".join(one.partition(".")[2] for one in needed))


COMMANDS = [
    Command("launch_campaign {campaign} --yes", "launch_campaign"),
    Command("pause_campaign {campaign}", "pause_campaign"),
    Command("resume_campaign {campaign}", "resume_campaign"),
    Command("cancel_campaign {campaign}", "cancel_campaign"),
    Command("retry_campaign {campaign}", "retry_campaign"),
    *map(_report, REPORTS),
    Command("import_contacts {list} --no-progress", "import_contact"),
    Command("merge_contacts", "merge_contact + unblock_contact"),
    Command(
        "person_file --contact {contact} --output {new}",
        "disclose_contact + view_contact + view_full_address",
    ),
    Command(
        "consent_proof --contact {contact} --output {new}",
        "disclose_contact + view_contact + view_full_address",
    ),
    Command("restore_archive {new}", "restore_conversationarchive"),
    Command("erase_person --contact {contact}", "erase_contact + view_contact"),
    Command("retention", "view_tenant"),
    Command("retention --dry-run", "view_tenant"),
    Command("retention --set messages=365", "change_retention"),
    Command("retention --run", "change_retention"),
    Command("restore_phrases", "change_phrase"),
    Command("measure_words {sentences}", "view_phrase"),
    Command("take_second_factor_away {user}", "change_user"),
    # the installation's
    *(
        Command(line, OPERATOR)
        for line in (
            "backup",
            "check_integrity",
            "dumpdata",
            "health",
            "loaddata",
            "restore",
            "rotate_keys",
            "run_workers",
            "tenant",
        )
    ),
    # the laboratory's, which no installation has
    *(
        Command(line, OPERATOR)
        for line in (
            "bench",
            "bench_import",
            "bench_retention",
            "demo",
            "faults",
            "run_stack",
            "screenshots",
            "simulate_twilio",
        )
    ),
]
