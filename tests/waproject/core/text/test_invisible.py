import unicodedata

from waproject.core.text.invisible import is_blank, is_invisible, visible


def test_invisible_characters_are_those_that_show_nothing():
    shown = [char for char in "aÑ9-.📱ﷺ\u0301\u2014" if is_invisible(char)]
    hidden = "\u200b\u202a\ufeff\u2060\u034f\u115f\u3164\ufe0f\x00\x1b\ue000\U000e0041\xad"

    assert shown == []
    assert [char for char in hidden if not is_invisible(char)] == []


def test_room_between_words_is_blank_and_not_invisible():
    for char in " \t\n\x1f\xa0\u2003\u2028\u3000":
        assert (is_blank(char), is_invisible(char)) == (True, False)
    assert is_blank("\u2800")
    assert not is_blank("a")


def test_visible_keeps_few_of_many_marks_upon_a_letter():
    many = "a" + "\u0301\u0323" * 5_000 + "ñ"

    assert visible(many) == unicodedata.normalize("NFC", "a" + "\u0301\u0323" * 4 + "ñ")
