"""The command's choice of what to prove; `make faults` itself runs in CI."""

import pytest
from django.core.management import CommandError, call_command

from waproject.faults import crash, halts, optouts, provider, rates
from waproject.management.commands.faults import kind_of_run, port_of

NOTHING = {"optouts": 0, "halts": False, "rates": False}


@pytest.mark.parametrize(
    ("options", "prove"),
    [
        ({}, crash.prove),
        ({"optouts": 5}, optouts.prove),
        ({"halts": True}, halts.prove),
        ({"rates": True}, rates.prove),
    ],
)
def test_kind_of_run_chooses_what_to_prove(options, prove):
    assert kind_of_run({**NOTHING, **options})[0] is prove


def test_kind_of_run_lets_everything_fail_while_it_kills():
    _prove, conditions = kind_of_run(NOTHING)

    assert conditions == {"faults": provider.ALL_FAULTS, "restless": True}


def test_port_of_an_address():
    assert port_of("http://127.0.0.1:4010") == 4010


def test_faults_takes_one_kind_of_run_at_a_time():
    with pytest.raises(CommandError, match="not allowed with argument"):
        call_command("faults", "--halts", "--rates")
