from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contacts.phones import parse_phone
from contacts.phones.texts import MAX_LENGTH, PhoneError, read_phone_text

JUAN = "+56975400946"
CUT = "Excel has cut this number; format its column as text and save the file again."
TWO = "There is more than one phone here; keep one."
LETTERS = "The phone has letters."
SIGNS = "The phone has signs that do not belong in a number."
DATE = "This is a date, not a phone."


def answer(text: str, region: str = "CL") -> str:
    """The number in E.164, or the reason why not."""
    try:
        return parse_phone(text, region)
    except PhoneError as error:
        return str(error)


def answers(*texts: str) -> dict[str, str]:
    return {text: answer(text) for text in texts}


def all_are(result: str, *texts: str) -> dict[str, str]:
    return dict.fromkeys(texts, result)


CUT_NUMBERS = (
    *("5.697540e+10", "5.697541e+10", "5,697540E+10", "5.6975401E+10", "5.69754009E+10"),
    *("5.697540095E+10", "9.754009e+08", "9.7540095E+08", "+5.697540e+10", "5.69754E10"),
    *("5.697540E10", "5,69754009E10", "56.97540E+9", "5.697540E+010", "6E+10", "1.234567e10"),
    *('="5.697540e+10"', "tel:5.697540e+10"),
)
WHOLE_NUMBERS = (
    *("5.6975400946E+10", "5.6975400946E10", "9.75400946E+08", "5.69754009460E+10"),
    *("5,6975400946e+010", "56.975400946E+9", "975.400946E6", "56,975,400,946", "975,400,946.00"),
    *("56.975.400.946,00", "975'400'946", "56 975 400 946,0", "56975400946.000000"),
)


def test_cut_scientific_notation_is_refused_whatever_its_digits():
    assert answers(*CUT_NUMBERS) == all_are(CUT, *CUT_NUMBERS)


def test_numbers_with_all_their_digits_pass():
    assert answers(*WHOLE_NUMBERS) == all_are(JUAN, *WHOLE_NUMBERS)
    assert answer("5.69754009E10") == "+56975400900"  # a double of Java's, which ends in zeros


DASHES = (
    "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u02d7\u2043\u207b\ufe58\ufe63\uff0d\u2e3a\u30a0"
)
HIDDEN = (
    "\u200b\u202a\xad\ufeff\ufe0d\ufe0f\u034f\u3164\u115f\u1160\uffa0\u180e\u2060\ue000\U000e0062"
)
BLANKS = "\xa0\u2003\u2009\u202f\u2800\u3000\t"


def test_any_dash_parts_the_digits():
    texts = [f"+56 9 7540{dash}0946" for dash in DASHES]

    assert answers(*texts) == all_are(JUAN, *texts)


def test_characters_that_show_nothing_are_no_part_of_a_phone():
    texts = [f"{char}+56{char} 9{char}75400946{char}" for char in HIDDEN + BLANKS]

    assert answers(*texts) == all_are(JUAN, *texts)


DECORATED = (
    *("+56 9 7540 0946;", "+56 9 7540 0946,", ", 975400946 |", "\u260e 975400946", "975400946 ☎️"),
    *("📱 +56 9 7540 0946", "📞975400946📲", "✆ 975400946", "🇨🇱 +56975400946", "975400946 ✅"),
    *("5️⃣6️⃣975400946", "«975400946»", "“+56975400946”", "9·7540·0946", "℡ 975400946"),
    *("Cel: 975400946", "Tel. 975400946", "Fono 9 7540 0946", "Teléfono: +56975400946"),
    *(
        "Nº 975400946",
        "Nro. 975400946",
        "N° Celular: 975400946",
        "Tel/Cel: 975400946",
        "C: 975400946",
    ),
    *("wsp 975400946", "Celular/WhatsApp 975400946", "Cel - 975400946", "(cel) 975400946"),
    *("975400946 (WhatsApp)", "975400946 cel.", "975400946 (casa)", "📱: 975400946"),
    *("Telf. 975400946", "Teléf: 975400946", "Tfno. 975400946", "No. 975400946", "# 975400946"),
    *("celu 975400946", "Móvil 1: 975400946", "casa: 975400946", "W: +56975400946"),
    *("975400946 solo whatsapp", "+56-9-75400946 ext. 12", "975400946 anexo 3", "975400946 x12"),
    *("<+56975400946>", "{+56975400946}", '["+56975400946"]', "<b>975400946</b>", "975400946<br/>"),
    *("&#43;56975400946", "+56&nbsp;9&nbsp;7540&nbsp;0946", "%2B56975400946", "+56%20975400946"),
    *("٩٧٥٤٠٠٩٤٦", "WhatsApp: https://wa.me/56975400946?text=Hola"),
)


def test_signs_and_labels_around_a_phone_are_left_out():
    assert answers(*DECORATED) == all_are(JUAN, *DECORATED)


def test_pictures_that_may_say_a_number_is_wrong_are_refused():
    texts = ("975400946 ❌", "🚫975400946", "📵 975400946")

    assert answers(*texts) == all_are(SIGNS, *texts)


OF_PROGRAMS = (
    *("p:+56975400946", "p:+56 9 7540 0946", "urn:tel:+56975400946", "WA: 56975400946"),
    *("https://wa.me/56975400946?text=hola", "wa.me/+56 9 7540 0946", "https://wa.me/975400946"),
    *("http://www.wa.me/%2B56975400946/", "https://wa.me/c/56975400946", "WA.ME/56975400946#x"),
    *("https://wa.me/p/4711/56975400946", "https://wa.me/?phone=56975400946"),
    *("https://api.whatsapp.com/send?phone=56975400946&text=Hola", "whatsapp://+56975400946"),
    "https://api.whatsapp.com/send/?text=hola%20que+tal&type=x&phone=%2B56975400946&app_absent=0",
    *("whatsapp://send?phone=56975400946", "whatsapp://send/?text=a&amp;phone=56975400946"),
    "https://web.whatsapp.com/send?phone=+56 9 7540 0946",
    f"https://wa.me/56975400946?text={'Hola%20' * 60}",
    f"https://api.whatsapp.com/send?text={'Hola%20' * 60}&phone=56975400946",
    *("56975400946@c.us", "56975400946@s.whatsapp.net", "56975400946:12@s.whatsapp.net"),
    *("56975400946.0:12@s.whatsapp.net", "+56975400946@C.US"),
    *(
        "tel:+56-9-7540-0946;ext=12",
        "tel:975400946;phone-context=+56",
        "TEL;TYPE=CELL:+56975400946",
    ),
    *("TEL;CELL;PREF:+56 9 7540 0946", "sms:+56975400946?body=hola", "sms:+56975400946&body=x"),
    *("item1.TEL:+56975400946", "TEL;VALUE=uri:tel:+56975400946", "imessage:+56975400946"),
    *('TEL;TYPE="voice,cell";VALUE=uri:tel:+56975400946', "https://signal.me/#p/+56975400946"),
    *("https://t.me/+56975400946", "tg://resolve?phone=56975400946"),
    *("viber://chat?number=%2B56975400946", '=HYPERLINK("tel:+56975400946")'),
    '=HIPERVINCULO("https://wa.me/56975400946";"Ana")',
    *("callto://+56975400946", "sip:+56975400946@pbx.example.com", "+56 9 7540 0946 ::: "),
)


def test_links_and_ids_of_other_programs_are_read():
    assert answers(*OF_PROGRAMS) == all_are(JUAN, *OF_PROGRAMS)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("https://wa.me/5491123456789", "+5491123456789"),
        ("5215512345678@s.whatsapp.net", "+525512345678"),
        ("whatsapp:51912345678", "+51912345678"),
        ("wa.me/951234567", "+56951234567"),  # a link made by hand; Myanmar has fixed lines there
    ],
)
def test_what_whatsapp_writes_begins_with_a_country_code(text, number):
    assert answer(text) == number


NO_PHONES = (
    *("https://wa.me/message/ABC123", "https://chat.whatsapp.com/Gd3abc", "wa.me/qr/X7"),
    *("56975400946-1612345678@g.us", "123456789012345@lid", "status@broadcast"),
    *("https://t.me/+AbC123def", "fax: 975400946", "Juan 975400946", "975400946 (Ana)"),
)


def test_links_and_ids_without_a_phone_are_refused():
    assert answers(*NO_PHONES) == all_are(LETTERS, *NO_PHONES)


TWO_PHONES = (
    *("+569 7540 0946 ::: +56 2 2123 4567", "+56975400946\n+56966001122", "975400946 966001122"),
    *("975400946-966001122", "975400946 / 221234567", "975400946;966001122", "975400946|966001122"),
    *("975400946 y 966001122", "975400946 & 966001122", "+56975400946+56966001122"),
    *("9 7540 0946 – 9 6600 1122", "975400946\u2028966001122", "975400946\t966001122 221234567"),
    *("975400946<br>966001122", "Casa: 221234567 Cel: 975400946"),
    *("https://wa.me/56975400946 https://wa.me/56966001122", "wa.me/56975400946 / 966001122"),
)


def test_two_phones_in_one_cell_are_called_so():
    assert answers(*TWO_PHONES) == all_are(TWO, *TWO_PHONES)


@pytest.mark.parametrize(
    "typed", ["96.123.456-7", "76.123.456 - 7", "12.345.678-K", "96510970-6", "7654321-6"]
)
def test_the_number_of_a_company_is_no_phone(typed):
    """96.123.456-7 would be the mobile of a stranger."""
    with pytest.raises(PhoneError, match="This is a RUT"):
        parse_phone(typed)


@pytest.mark.parametrize("typed", ["96510970-5", "9 6123 456-7", "96.123.4567"])
def test_a_number_that_only_looks_like_one_of_a_company_is_a_phone(typed):
    assert len(parse_phone(typed)) == len(JUAN)


@pytest.mark.parametrize(
    "typed",
    ["975400946 / 975400946", "+56975400946;+56 9 7540 0946", "975400946,975400946,975400946"],
)
def test_a_number_that_stands_twice_is_one(typed):
    assert read_phone_text(typed).digits.endswith("975400946")


def test_two_plus_signs_are_one():
    assert read_phone_text("++56 9 7540 0946").digits == "+56975400946"


def test_dates_are_no_phones():
    texts = ("2026-01-10", "10-01-2026", "10/1/2026", "1999.12.31")

    assert answers(*texts) == all_are(DATE, *texts)


def test_phone_longer_than_any_is_refused_at_once():
    assert read_phone_text(f"{'(' * (MAX_LENGTH - 9)}975400946").digits == "975400946"

    with pytest.raises(PhoneError, match="A phone has no more than 200 characters"):
        read_phone_text("9 " * MAX_LENGTH)


PIECE = st.sampled_from(
    [
        *("(", "+", "1 ", "0", "-", ".", ",", ";", ":", "@", "e+1", "e", "wa.me/", "p/1/", "send/"),
        *("?", "&phone=", "%2B", "tel;", "whatsapp:", "56975400946", "\n", ":::", " y ", "\u1160"),
        *("%2", "&#43;", "<b", "<br>", "x1", " ext ", '=HYPERLINK("', "signal.me/#p/", "casa "),
        *("\ufdfa", "💩", "\u2010", "/", "5.6", "=", "'", '"', "@c.us", "\u202a", "01-01-2000"),
    ]
)


@settings(deadline=timedelta(seconds=1))
@given(piece=PIECE, times=st.integers(1, 3_000), rest=st.lists(PIECE, max_size=60))
def test_phone_of_any_text_is_answered_at_once(piece, times, rest):
    for text in (piece * times + "".join(rest), "".join(rest) + piece * times):
        assert answer(text)
