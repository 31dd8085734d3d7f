from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import translation

from waproject.core.exports.files import write_csv
from waproject.core.exports.rows import Rows


def written(language: str, *values: object) -> str:
    """The line of a CSV with these values, for a reader of this language."""
    file = BytesIO()
    with translation.override(language):
        write_csv(file, Rows(["a"], 1, iter([[[*values]]])))
    return file.getvalue().decode("utf-8-sig").splitlines()[1]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("es", "0,0083;45,3;8500000;1.5;2026-11-28 09:30:00"),
        ("en", "0.0083,45.3,8500000,1.5,2026-11-28 09:30:00"),
    ],
)
def test_csv_has_the_decimal_sign_of_the_reader(language, line):
    moment = datetime(2026, 11, 28, 9, 30, 0, 7, tzinfo=UTC)

    values = Decimal("0.0083"), 45.3, Decimal("8500000.00"), "1.5", moment

    assert written(language, *values) == line
