"""One key for each line, however its phone is written."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contacts.phones.keys import phone_key, spellings

# Areas of two, three and four digits, beside which a line has eight, seven and six.
AREAS = ["11", "351", "221", "2966", "3757"]
DIGITS = st.text("0123456789", min_size=8, max_size=8)


@st.composite
def argentines(draw) -> tuple[str, list[str]]:
    """A line, and how its phone may be written."""
    area = draw(st.sampled_from(AREAS))
    line = ("4" + draw(DIGITS))[: 10 - len(area)]
    ways = ["9", "", "0", "09"]
    return area + line, [
        *(f"+54{way}{area}{line}" for way in ways),
        *(f"+54{way}{area}15{line}" for way in ways),
    ]


@st.composite
def brazilians(draw) -> tuple[str, list[str]]:
    area, first = draw(st.integers(11, 99)), draw(st.sampled_from("6789"))
    line = f"{first}{draw(DIGITS)[:7]}"
    return f"{area}{line}", [
        f"+55{prefix}{area}{nine}{line}" for prefix in ["", "0", "015"] for nine in ["9", ""]
    ]


@st.composite
def mexicans(draw) -> tuple[str, list[str]]:
    line = draw(st.sampled_from("23456789")) + "5" + draw(DIGITS)
    return line, [f"+52{prefix}{line}" for prefix in ["1", "", "01", "044", "045"]]


people = st.one_of(argentines(), brazilians(), mexicans())


@given(people)
def test_phone_key_is_one_for_all_spellings_of_a_line(person):
    _line, written = person

    assert len({phone_key(phone) for phone in written}) == 1


@given(st.lists(people, min_size=2, max_size=2, unique_by=lambda person: person[1][0]))
def test_phone_key_differs_between_two_lines(both):
    (_one, written), (_other, others) = both

    assert {phone_key(phone) for phone in written}.isdisjoint(map(phone_key, others))


@given(st.integers(11, 99), st.sampled_from("2345"), DIGITS)
def test_phone_key_never_takes_a_fixed_line_of_brazil_for_a_mobile(area, first, rest):
    line = f"{first}{rest[:7]}"

    assert phone_key(f"+55{area}{line}") == f"+55{area}{line}"
    assert phone_key(f"+55{area}9{line}") == f"+55{area}9{line}"


@given(st.one_of(people.map(lambda person: person[1][0]), st.text(), st.from_regex(r"\+5[0-9]*")))
def test_phone_key_of_a_key_is_the_key(text):
    key = phone_key(text)

    assert phone_key(key) == key
    assert [phone_key(one) for one in spellings(text)] == [key] * len(spellings(text))


@settings(deadline=timedelta(milliseconds=500))
@given(st.sampled_from(["+54", "+549", "+55", "+52", "+521"]), st.sampled_from("0159"))
def test_phone_key_takes_time_by_the_length_of_the_text(start, digit):
    endless = start + digit * 100_000

    assert phone_key(endless) == endless


def test_phone_key_of_other_countries_is_the_phone():
    phones = ["+56975400946", "+5491", "+12025550123", "+4915212345678", "CL.1234", ""]

    assert [phone_key(phone) for phone in phones] == phones


def test_spellings_are_those_that_the_provider_may_know():
    assert [spellings(phone) for phone in ("+541123456789", "+551187654329", "+5215512345630")] == [
        ["+541123456789", "+5491123456789"],
        ["+551187654329", "+5511987654329"],
        ["+5215512345630", "+525512345630"],
    ]
    assert spellings("+56975400946") == ["+56975400946"]
