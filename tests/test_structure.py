"""The house can be walked through: no circles between modules, no package with too many modules."""

from collections import Counter
from functools import cache
from pathlib import Path

import grimp
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("contacts", "optouts", "messaging", "campaigns", "waproject")
MOST_LINES = 400
MOST_MODULES = 12
# Packages with more, and how many. These numbers may only become smaller.
LARGE_PACKAGES = {
    "waproject.lab.bench": 15,
}

# Longer files, and how long. The same holds of these.
LONG_FILES = {"tests/messaging/delivery/sending/test_runner.py": 420}


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*APPS, exclude_type_checking_imports=True)


def modules() -> list[str]:
    """All modules but the migrations, which import what they need of any app."""
    return [name for name in graph().modules if ".migrations" not in name]


def test_no_two_modules_import_each_other_even_by_way_of_others():
    circles = {
        frozenset({importer, imported})
        for importer in modules()
        for imported in graph().find_modules_directly_imported_by(importer)
        if graph().chain_exists(importer=imported, imported=importer)
    }

    assert circles == set()


def test_a_package_has_a_dozen_modules():
    counted = Counter(
        name.rpartition(".")[0] for name in modules() if not graph().find_children(name)
    )

    large = {name: count for name, count in counted.items() if count > MOST_MODULES}
    assert {name: n for name, n in large.items() if n > LARGE_PACKAGES.get(name, 0)} == {}


def test_a_file_has_at_most_four_hundred_lines():
    files = [
        path
        for folder in (*APPS, "tests")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
    ]

    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files}
    long = {path for path, n in lines.items() if n > LONG_FILES.get(path, MOST_LINES)}
    assert long == set()
