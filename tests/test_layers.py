import subprocess
import sys

import pytest
from django.conf import settings

from tests.layers import LAYERS, LONGEST


def marks(request) -> list[str]:
    return [layer for layer in LAYERS if request.node.get_closest_marker(layer)]


def test_a_test_that_asks_for_nothing_is_unit(request):
    assert marks(request) == ["unit"]


def test_a_test_that_asks_for_a_row_is_db(request, contact):
    assert marks(request) == ["db"]


@pytest.mark.process
def test_a_test_that_starts_processes_says_so(request):
    finished = subprocess.run([sys.executable, "-c", ""], check=False)

    assert (marks(request), finished.returncode) == (["process"], 0)


def test_a_unit_test_starts_no_process():
    with pytest.raises(pytest.fail.Exception, match="mark it with"):
        subprocess.run([sys.executable, "-c", ""], check=False)


def test_files_of_the_longest_tests_are_there():
    tests = [path.as_posix() for path in (settings.BASE_DIR / "tests").rglob("test_*.py")]

    assert [sum(path.endswith(f"/{name}") for path in tests) for name in LONGEST] == [1] * 5
