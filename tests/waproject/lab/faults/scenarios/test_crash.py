from types import SimpleNamespace

import pytest

from waproject.lab.faults import provider
from waproject.lab.faults.scenarios.crash import omissions

ALL_MET = dict.fromkeys(provider.kinds(provider.ALL_FAULTS), 1)


def omitted(*, kills: int = 10, left: int = 0, outlived: int = 0, **changes: object) -> list[str]:
    """What the harness finds in a run of ten kills in which all happened, but for the changes."""
    run = SimpleNamespace(site=SimpleNamespace(outlived=outlived))
    crash = SimpleNamespace(run=run, kills=kills, wanted=10, people=300, left=left)
    return list(omissions(crash, **{"met": ALL_MET, "polled": 1, "late": 1, **changes}))


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({}, []),
        ({"left": 150}, []),
        (
            {"left": 290},
            ["290 of 300 were left after the killing: the machine is too busy."],
        ),
        ({"kills": 1}, ["Everything was sent after 1 kill."]),
        ({"met": {**ALL_MET, "drop": 0}}, ["No request met these faults: drop."]),
        ({"polled": 0}, ["No lost callback was made up for by asking the provider."]),
        ({"late": 0}, ["No callback was late."]),
        ({"outlived": 2}, ["2 clusters outlived their supervisors."]),
    ],
)
def test_omissions_name_what_a_run_did_not_prove(changes, sentences):
    assert omitted(**changes) == sentences
