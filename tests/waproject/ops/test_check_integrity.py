import io

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from contacts.models import Contact, ContactStatus


def check(*words: str) -> str:
    output = io.StringIO()
    call_command("check_integrity", *words, stdout=output)
    return output.getvalue()


def test_a_sound_database_has_no_problem(campaign, contact):
    assert check() == "No problem found.\n"


def test_quiet_prints_nothing_about_a_sound_database(campaign, contact):
    assert check("--quiet") == ""


def test_problems_are_printed_and_end_in_an_error(contact, capsys):
    Contact.objects.update(status=ContactStatus.OPTED_OUT)

    with pytest.raises(CommandError, match=r"^1 problem found\.$") as ended:
        call_command("check_integrity")

    assert ended.value.returncode == 1
    assert capsys.readouterr().out == (
        f"Contact {contact.pk} is marked as opted out but is not on the list.\n"
    )


def test_every_app_has_its_invariants_checked():
    apps = {name.split(".")[0] for name in settings.INTEGRITY_CHECKS}

    assert apps == {"waproject", "contacts", "optouts", "messaging", "campaigns"}
