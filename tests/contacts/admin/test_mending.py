"""Rows of a list that are mended on its preview."""

import pytest

from contacts.models import Contact
from tests.contacts.admin.importing import (
    ANA,
    HEADER,
    check,
    confirm,
    upload,
)

pytestmark = pytest.mark.django_db


def test_mended_row_is_taken_with_the_others(boss):
    preview = upload(boss, HEADER + ANA + "123;Eva;;;;\n12;Luz;;;;\n")

    checked = check(boss, preview, **{"mend-3-0": "9 3333 4444"})
    confirm(boss, checked)

    shown = checked.context["preview"]
    assert (shown.mended, [row.line for row in shown.refused]) == ([3], [4])
    assert sorted(Contact.objects.values_list("phone", "name")) == [
        ("+56911112222", "Ana"),
        ("+56933334444", "Eva"),
    ]


def test_row_is_mended_by_the_confirmation_itself(boss):
    confirm(boss, upload(boss, HEADER + "123;Eva;;;;\n"), **{"mend-2-0": "9 3333 4444"})

    assert Contact.objects.get().phone == "+56933334444"


def test_row_mended_wrong_is_shown_as_it_was_written(boss):
    checked = check(boss, upload(boss, HEADER + "123;Eva;;;;\n"), **{"mend-2-0": "1234"})

    (row,) = checked.context["to_mend"]
    assert row["cells"][0] == ("mend-2-0", "phone", "1234")


def test_row_that_is_too_wide_is_taken_only_when_somebody_wrote_in_it(boss):
    preview = upload(boss, HEADER + "911112222;Soto;Ana;Kia;;;\n9;8;7;6;5;4;3\n")

    unchanged = check(boss, preview).context["preview"]
    mended = check(boss, preview, **{"mend-2-1": "Ana Soto"}).context["preview"]

    assert (unchanged.mended, mended.mended) == ([], [2])


def test_next_rows_to_mend_come_when_the_first_are_right(boss):
    preview = upload(boss, HEADER + "".join(f"12{at};;;;;\n" for at in range(30)))

    right = {f"mend-{line}-0": f"9{line:08d}" for line in range(2, 27)}
    checked = check(
        boss, preview, **{name: text.replace("90", "93") for name, text in right.items()}
    )

    lines = [row["line"] for row in checked.context["to_mend"]]
    assert (len(preview.context["to_mend"]), lines) == (25, [27, 28, 29, 30, 31])


@pytest.mark.parametrize("mended", ["{", "[]", '{"x": []}', '{"2": 7}', "null"])
def test_nonsense_in_place_of_mended_rows_changes_nothing(boss, mended):
    preview = upload(boss, HEADER + "123;Eva;;;;\n")

    assert check(boss, preview, mended=mended).context["preview"].mended == []
