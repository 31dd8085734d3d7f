"""The documents name files that exist, and each decision says whether it holds."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
]
RECORDS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|md|html|css|js|txt|yml|yaml|toml|service|conf))`")
STATUS = re.compile(r"^\*\*Status:\*\* (?:in force\b|superseded by \[\d+\]\(\d{4}-)", re.M)
MAP = ROOT / "docs" / "architecture.md"
QUOTED = re.compile(r"`([^`\n]+)`")
TOPS = ("waproject", "contacts", "optouts", "messaging", "campaigns")
PRODUCT = [path for top in TOPS for path in (ROOT / top).rglob("*.py")]


@pytest.fixture(params=DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def document(request) -> Path:
    return request.param


def test_the_links_of_a_document_lead_somewhere(document: Path):
    links = LINK.findall(document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_files_that_a_document_names_exist(document: Path):
    named = PATH.findall(document.read_text(encoding="utf-8"))

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_modules_that_a_document_names_exist(document: Path):
    names = {path.name for path in [*PRODUCT, *(ROOT / "tests").rglob("*.py")]}
    named = re.findall(r"`(\w+\.py)`", document.read_text(encoding="utf-8"))

    assert [one for one in named if one not in {*names, "manage.py"}] == []


def test_the_commands_that_a_document_names_exist(document: Path):
    named = re.findall(r"manage\.py ([a-z]\w*)", document.read_text(encoding="utf-8"))

    assert [one for one in named if one not in get_commands()] == []


def test_the_targets_of_make_that_a_document_names_exist(document: Path):
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = re.findall(r"`make ([\w-]+)", document.read_text(encoding="utf-8"))

    assert [one for one in named if one not in targets] == []


def test_the_settings_that_a_document_names_exist(document: Path):
    named = re.findall(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`", document.read_text(encoding="utf-8"))

    assert [one for one in named if not re.search(rf"\b{one}\b", written())] == []


@cache
def written() -> str:
    """What the product, its settings and its examples of deployment say."""
    examples = [ROOT / "Makefile", ROOT / ".env.example", *(ROOT / "deploy").rglob("*")]
    files = [*PRODUCT, *(path for path in examples if path.is_file())]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def quoted(form: str) -> list[str]:
    """What the map of the code quotes, of this form."""
    found = QUOTED.findall(MAP.read_text(encoding="utf-8"))
    return [one for one in found if re.fullmatch(form, one)]


def test_the_map_names_folders_that_exist():
    assert [one for one in quoted(r"(?:\w+/)+\w*") if not (ROOT / one).is_dir()] == []


def test_the_map_names_modules_that_exist():
    names = {path.name for path in PRODUCT}

    assert [one for one in quoted(r"\w+\.py") if one not in names] == []


def test_the_map_names_functions_and_columns_where_they_are():
    """`claims.last_look`: a module, or a class, of the first name has one of the second."""
    assert [one for one in quoted(r"(?:\w+\.)+(?!py$)\w+") if not is_in_code(one)] == []


def is_in_code(dotted: str) -> bool:
    *_path, owner, name = dotted.split(".")
    defined = re.compile(rf"^ *(?:def|class|async def) {name}\b|^ *{name} *[:=]", re.M)
    for path in PRODUCT:
        text = path.read_text(encoding="utf-8")
        if owner in (path.stem, path.parent.name) and (path.stem == name or defined.search(text)):
            return True
        if re.search(rf"^class {owner}\b", text, re.M) and defined.search(text):
            return True
    return False


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.name)
def test_a_decision_says_its_status(record: Path):
    assert len(STATUS.findall(record.read_text(encoding="utf-8"))) == 1


def test_the_list_of_decisions_names_each_by_its_number_and_title():
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^(\d+)\. \[.+\]\((\S+)\)", listed, re.M)

    assert [path for _number, path in lines] == [record.name for record in RECORDS]
    assert [int(number) for number, _path in lines] == [int(path[:4]) for _number, path in lines]
