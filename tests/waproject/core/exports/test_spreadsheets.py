import pytest
from hypothesis import given
from hypothesis import strategies as st

from waproject.core.exports.spreadsheets import safe_cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "+56975400946+1"]
)
def test_cell_that_begins_like_a_formula_gets_an_apostrophe(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["+56975400946", "Ana", "", "8.500.000", "a=b", "CL.1234"])
def test_cell_that_is_no_formula_stays_as_it_is(text):
    assert safe_cell(text) == text


@given(st.text())
def test_cell_never_begins_with_an_equals_sign(text):
    assert not safe_cell(text).startswith("=")
