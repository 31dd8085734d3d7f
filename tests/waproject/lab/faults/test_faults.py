"""The command's choice of what to prove; `make faults` itself runs in CI."""

import pytest
from django.core.management import CommandError, call_command

from waproject.lab.faults import provider
from waproject.lab.faults.scenarios import away, crash, halts, optouts, paced, rates
from waproject.lab.management.commands.faults import kind_of_run, port_of, times_of_run

NOTHING = {
    "optouts": 0,
    "halts": False,
    "rates": False,
    "paced": False,
    "away": False,
    "rate": 80.0,
}


@pytest.mark.parametrize(
    ("options", "prove"),
    [
        ({}, crash.prove),
        ({"optouts": 5}, optouts.prove),
        ({"halts": True}, halts.prove),
        ({"away": True}, away.prove),
        ({"rates": True}, rates.prove),
        ({"paced": True}, paced.prove),
    ],
)
def test_kind_of_run_chooses_what_to_prove(options, prove):
    assert kind_of_run({**NOTHING, **options})[0] is prove


def test_kind_of_run_lets_everything_fail_while_it_kills():
    _prove, conditions = kind_of_run(NOTHING)

    assert conditions == {"faults": provider.ALL_FAULTS, "restless": True}


@pytest.mark.parametrize(
    ("rate", "fault"), [(20, "late-callback:0.000"), (80, "late-callback:0.583")]
)
def test_kind_of_run_withholds_what_would_keep_opt_outs_waiting(rate, fault):
    _prove, conditions = kind_of_run({**NOTHING, "optouts": 5, "rate": rate})

    assert conditions == {"faults": [fault]}


@pytest.mark.parametrize(
    ("options", "seconds"),
    [({}, None), ({"optouts": 5}, "120"), ({"rates": True}, "600"), ({"paced": True}, "600")],
)
def test_times_of_run_let_nobody_ask_for_withheld_callbacks(options, seconds):
    assert times_of_run({**NOTHING, **options}).get("POLL_AFTER_SECONDS") == seconds


def test_port_of_an_address():
    assert port_of("http://127.0.0.1:4010") == 4010


def test_faults_takes_one_kind_of_run_at_a_time():
    with pytest.raises(CommandError, match="not allowed with argument"):
        call_command("faults", "--halts", "--rates")
