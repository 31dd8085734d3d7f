from waproject.core.text.errors import kind_and_place, place


def raised():
    try:
        raise ValueError("+56975400946")
    except ValueError as error:
        return error


def test_kind_and_place_tells_the_lines_without_the_words():
    told = kind_and_place(raised())

    assert told.startswith("ValueError\n")
    assert __file__ in told
    assert told.count("+56975400946") == 1  # the line of this file that raises it


def test_place_is_where_the_error_was_raised():
    assert place(raised()) == f"{__file__}:6"


def test_place_of_an_error_that_was_never_raised_is_empty():
    assert place(ValueError()) == ""
