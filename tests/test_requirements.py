"""The lock files, held against what the locked packages say that they need.

The pip that Python 3.11 brings takes `tablib[xlsx]` for another requirement than `tablib`: where
the lock pins only the second, it resolves the first to the newest release of the day, and stops.
"""

import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PIN = re.compile(r"^(?P<requirement>[A-Za-z0-9][^\\#\n]*==[^\\#\n]*?)\s*\\?$", re.MULTILINE)
Lock = dict[str, Requirement]


def lock(*names: str) -> Lock:
    """The requirements that these lock files pin, by package."""
    texts = [Path(settings.BASE_DIR, name).read_text(encoding="utf-8") for name in names]
    pins = [Requirement(found["requirement"]) for text in texts for found in PIN.finditer(text)]
    return {canonicalize_name(pin.name): pin for pin in pins if applies(pin)}


def applies(requirement: Requirement, extras: set[str] | None = None) -> bool:
    """Whether this machine needs it, for a package that is asked for with these extras."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": one}) for one in extras or {""})


def needs(pins: Lock) -> Iterator[tuple[str, Requirement]]:
    """What each locked package asks for, by the name of who asks."""
    for name, pin in pins.items():
        for text in distribution(name).requires or []:
            requirement = Requirement(text)
            if applies(requirement, pin.extras):
                yield name, requirement


def unpinned(pins: Lock) -> list[str]:
    """What a locked package needs, and the lock does not name with all its extras."""
    return [
        f"{who} needs {requirement}"
        for who, requirement in needs(pins)
        if (pin := pins.get(canonicalize_name(requirement.name))) is None
        or requirement.extras - pin.extras
    ]


@pytest.mark.parametrize(
    "names", [["requirements.txt"], ["requirements.txt", "requirements-dev.txt"]]
)
def test_lock_names_every_extra_that_a_locked_package_needs(names):
    pins = lock(*names)

    assert unpinned(pins) == []
    assert {"django", "tablib", "twilio"} <= pins.keys()


def test_lock_without_an_extra_is_noticed():
    pins = lock("requirements.txt")
    pins["tablib"].extras.clear()

    assert [text.split(";")[0] for text in unpinned(pins)] == [
        "django-import-export needs tablib[xlsx]"
    ]


def test_lock_names_every_extra_of_its_sources():
    for source, names in {
        "requirements.in": ["requirements.txt"],
        "requirements-dev.in": ["requirements.txt", "requirements-dev.txt"],
    }.items():
        lines = Path(settings.BASE_DIR, source).read_text(encoding="utf-8").splitlines()
        wanted = [Requirement(line.split(" #")[0]) for line in lines if line[:1].isalpha()]
        pins = lock(*names)

        assert [
            str(one) for one in wanted if one.extras - pins[canonicalize_name(one.name)].extras
        ] == []
