from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contacts.imports.files.number_formats import shown_number, shown_text

SHOWN = {
    (912345678, '"+51 "000000000'): "+51 912345678",
    (75400946, '"+56 9 "0000 0000'): "+56 9 7540 0946",
    (1123456789, '"+54 9 "00 0000-0000'): "+54 9 11 2345-6789",
    (975400946, r"\+\5\6\ 0\ 0000\ 0000"): "+56 9 7540 0946",
    (975400946, "+56 # #### ####"): "+56 9 7540 0946",
    (56975400946, '"+"0'): "+56975400946",
    (51912345678, '"00"0'): "0051912345678",
    (51912345678, "0000000000000"): "0051912345678",
    (975400946.0, '[Blue]"+56 "0_);[Red]-"+56 "0'): "+56 975400946",
    (975400946, "[$+56-340A]0"): "+56975400946",
    (975400946, '[$-340A]"+56"0'): "+56975400946",
    (975400946, '"+56 "#,##0'): "+56 975400946",
    (975400946, '"+56 "0.00'): "+56 975400946",
    (975400946, '"+56 "0;"-"0;"nada"'): "+56 975400946",
    (912345678, '[>99999999]"+51 "0;"+56 2 "0'): "+51 912345678",
    (21234567, '[>99999999]"+51 "0;"+56 2 "0'): "+56 2 21234567",
    (11, '* "+56 "??? 0'): "+56   1 1",
    (912345678, '"+51 "General'): "+51 912345678",
    (912345678, '"+51 "GENERAL;"-"0'): "+51 912345678",
    (912345678, '[$-280A]"+51 ("0") "'): "+51 (912345678) ",
    (56975400946, '"+56 9 "0000 0000'): "+56 9 5697540 0946",
}
AS_IT_IS = (
    *((8_500_000, '"$"#,##0'), (8_500_000, '"CLP" #,##0_);(#,##0)'), (975400946, "General")),
    *((46_000, "dd/mm/yyyy"), (5.5, '"+56 "0'), (56975400946, "0.00E+00"), (15, "0%"), (7, "000")),
    *((975400946, '"+56 "@'), (975400946, "0" * 300), (1e15, '"+56 "0'), (-5, '"+56 "0')),
    *((975400946, "000000000"), (8_500_000, "[$$-340A]#,##0"), (975400946, '"+56"')),
)


def test_number_shows_the_digits_that_its_format_writes():
    assert {key: shown_number(*key) for key in SHOWN} == SHOWN


def test_text_shows_the_digits_that_its_format_writes():
    shown = {
        ("912345678", '"+51 "@'): "+51 912345678",
        ("912345678", '0;0;0;"+51 "@'): "+51 912345678",
        ("912345678", '@" (+51)"'): "912345678 (+51)",
        ("912345678", "@"): None,
        ("912345678", '"Perú "@'): None,
        ("912345678", '@;"+51 "0'): None,
    }

    assert {key: shown_text(*key) for key in shown} == shown


def test_number_under_other_formats_is_left_as_it_is():
    assert [case for case in AS_IT_IS if shown_number(*case) is not None] == []


@settings(deadline=timedelta(seconds=1))
@given(
    st.integers(-(10**15), 10**16) | st.floats(-1e18, 1e18), st.text('0#?"\\[];$+56-_*. ,@<>=9é')
)
def test_number_under_any_format_keeps_its_digits(value, mask):
    shown = shown_number(value, mask)

    if shown is not None:
        kept = iter(shown)
        assert all(digit in kept for digit in str(abs(int(value))))
