import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contacts.phones.masks import masked, masked_text


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("+56975400946", "+56 9 •••• 0946"),
        ("+12025550123", "+1 2 •••• 0123"),
        ("+50322123456", "+503 •••• 3456"),
        ("+6821234", "+682 •••• 34"),
        ("juana@dominio.cl", "j•••@dominio.cl"),
        ("CL.1234567890", "CL.••••"),
        ("BANCO", "B••••"),
        ("", ""),
    ],
)
def test_masked_address_can_be_recognised_and_not_written_to(address, shown):
    assert masked(address) == shown


PHONE = "975400946"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Llama al +56975400946.", "Llama al +56 9 •••• 0946."),
        ("(+56) 9 7540-0946", "+56 9 •••• 0946"),
        ("0056 9 7540 0946", "+56 9 •••• 0946"),
        ('"WaId": "56975400946"', '"WaId": "+56 9 •••• 0946"'),
        ("al 9 7540 0946 después", "al •••• 0946 después"),
        ("fono:975400946, gracias", "fono:•••• 0946, gracias"),
        ("cel975400946es mío", "cel•••• 0946es mío"),
        ("9.75.40.09.46", "•••• 0946"),
        ("\u202a9\u20117540\u201109\u200b46\u202c", "\u202a•••• 0946\u202c"),
        ("https://wa.me/56975400946", "https://wa.me/+56 9 •••• 0946"),
        ("7540 0946", "•••• 0946"),
        ("9 7540 2019", "•••• 2019"),
        ("escribe a juana.perez@correo.cl o", "escribe a j•••@correo.cl o"),
        ("<mailto:j@x.cl>", "<mailto:j•••@x.cl>"),
        ("12.345.678-9", "•••• 6789"),
        ("9 754 00 946", "•••• 0946"),
        ("56 975 400 946", "•••• 0946"),
        ("9\n7540\n0946", "•••• 0946"),
        ("9\t7540\r\n0946", "•••• 0946"),
        ("9 7540    0946", "•••• 0946"),
        ("9 7540  -  0946", "•••• 0946"),
        ("9,7540,0946", "•••• 0946"),
        ("9*7540*0946", "•••• 0946"),
        ("9|7540|0946", "•••• 0946"),
        ("9,75400946", "•••• 0946"),
        ("20 569 754 009 460", "•••• 9460"),
        ("5697540094656975400947", "•••• 0947"),
        ("975400946975400947", "•••• 0947"),
        ("975400946, 975400947", "•••• 0946, •••• 0947"),
        ("+56 9 7540 0946,2020,45.000", "+56 9 •••• 0946,2020,45.000"),
        ("2020, 45.000\n9 7540 0946", "2020, 45.000\n•••• 0946"),
        ("pie $2.000.000, 75400946", "pie $2.000.000, •••• 0946"),
        (
            "https://api.whatsapp.com/send?phone=541112345678",
            "https://api.whatsapp.com/send?phone=+54 1 •••• 5678",
        ),
        ("HTTPS://T.me/+541112345678", "HTTPS://T.me/+54 1 •••• 5678"),
        ("https://autos.cl/c?fono=975400946", "https://autos.cl/c?fono=•••• 0946"),
        ("https://autos.cl/c?fono=+541112345678", "https://autos.cl/c?fono=+54 1 •••• 5678"),
        ("https://autos.cl/9-7540-0946", "https://autos.cl/•••• 0946"),
        ("https://autos.cl/12345678 12345678", "https://autos.cl/12345678 •••• 5678"),
    ],
)
def test_masked_text_has_no_address_in_full(text, shown):
    assert masked_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "cuesta 12990000 y es de 2015",
        "cuesta $12.990.000, antes $13.490.500",
        "$ 12990500",
        "12 990 000 pesos",
        "Toyota Yaris 2020 45.000 km",
        "Yaris 2020 145000 km, 1.6 2019",
        "del 2018-2019",
        "el 27-11-2026 a las 17:30",
        "2026-11-27 17:30:12",
        "[27/11/26, 17:30:12] sí",
        "17:30:12\n27-11-2026, 18:00",
        "a las 17:05, 27-11-26",
        "2015, 45000, 990000",
        "cuesta 12,990,000, antes 13,490,500",
        "12.990.000\n9.990.500\n8.490.000\n7.990.000\n6.990.000\n5.990.000, 2 de 2019",
        "2020,45.000,12990000",
        "*Yaris 2020*\n*45.000 km*",
        "2018-2019, 5 puertas",
        "$9.990.000, 5 puertas",
        "en 12, 24, 36, 48 cuotas",
        "1,6, 2019",
        "https://autos.cl/ficha/12345678",
        "https://wa.me.autos.cl/ficha/12345678?c=SM12345678901234567890abcdefabcdef",
        "la cuenta 1234567812345678",
        "@automotora y a @ las 5",
        "SM00000000000000000000000000000001",
        "SM12345678901234567890abcdefabcdef",
        "",
    ],
)
def test_masked_text_keeps_what_is_no_address(text):
    assert masked_text(text) == text


WORDS = st.text("abcñ ,.:;!?", max_size=20)
BETWEEN = st.sampled_from(
    ["", " ", "-", ".", " - ", ") ", "\u00a0", "/", ",", ", ", "\t", "\r\n", "*", " | ", "      "]
)


@given(WORDS, WORDS, st.lists(BETWEEN, min_size=8, max_size=8), st.sampled_from(["", "56", "+56 "]))
def test_a_phone_is_masked_however_its_digits_are_parted(before, after, between, country):
    written = country + "".join(map("".join, zip(PHONE, [*between, ""], strict=True)))

    shown = masked_text(f"{before} {written} {after}")

    assert sum(map(str.isdigit, shown)) <= 7  # the country, the first and the last four


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        *("@", "a@", "1", "1 ", "1.", "(", "+", "+1", "2020 ", "x", "SM0", "1  x", "9,", "1\n\n"),
        *(",", "2020, ", "12,990,000\n", "12345678,", "https://", "https://1", "1-1-20 00, "),
    ],
)
def test_time_is_linear_in_a_strangers_text(unit):
    started = time.process_time()

    masked_text(unit * 200_000)

    assert time.process_time() - started < 5


@given(st.text() | st.text("0123456789 .-+()@ac$,\n*|", max_size=300))
@settings(deadline=200)
def test_no_text_is_left_with_a_whole_phone(text):
    for run in re.findall(r"\d{9,}", masked_text(text)):
        assert len(run) > 15
        assert not re.search(r"9\d{8}", run)
