"""The image's files, without docker: what the Dockerfile copies serves by itself."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from tests.deploy.deployed import DEPLOY, manage

pytestmark = [pytest.mark.process, pytest.mark.slow]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The files that the Dockerfile puts into the image."""
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    folder = tmp_path / "image"
    folder.mkdir()
    for source, target in re.findall(r"^COPY (\S+) (\S+)$", dockerfile, re.MULTILINE):
        found = settings.BASE_DIR / source
        if found.is_dir():
            shutil.copytree(found, folder / target, ignore=_without(ignored))
        else:
            shutil.copy(found, folder / target)
    return folder


def _without(ignored: list[str]) -> Callable[[str, list[str]], list[str]]:
    def left_out(parent: str, names: list[str]) -> list[str]:
        inside = Path(parent).relative_to(settings.BASE_DIR)
        return [name for name in names if name == "__pycache__" or str(inside / name) in ignored]

    return left_out


def test_the_image_serves_without_laboratory_and_tests(image, tmp_path):
    url = f"sqlite:///{tmp_path / 'db.sqlite3'}"

    outcomes = [
        manage(url, *words, folder=image)
        for words in (
            ("collectstatic", "--noinput"),
            ("migrate", "--noinput"),
            ("check", "--deploy", "--fail-level", "WARNING"),
            ("check_integrity", "--quiet"),
            ("run_workers", "--help"),
        )
    ]

    assert [code for code, _said in outcomes] == [0] * 5, outcomes
    assert not [name for name in ("lab", "tests", ".env") if list(image.rglob(name))]
    assert (image / "var" / "static" / "staticfiles.json").exists()
