from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from optouts.recognition.sentences import CannotRead, Figures, figures, judge, read_sentences
from optouts.recognition.vocabulary import built_in

LINES = """# A comment, then an empty line

opt_out; es; BAJA; por favor
opt_out; es; me quiero ir lejos de ustedes
held; es; anular
held; en; STOP
nothing; es; bajo; el precio
nothing; es; baja de peso
"""


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "sentences.txt"
    path.write_text(LINES, "utf-8")
    return path


def test_read_sentences_keeps_semicolons_of_the_text(file):
    assert read_sentences(file)[0].text == "BAJA; por favor"


@pytest.mark.parametrize("line", ["BAJA", "out; es; BAJA", "held; es"])
def test_read_sentences_names_the_line_that_is_none(tmp_path, line):
    path = tmp_path / "wrong.txt"
    path.write_text(f"held; es; anular\n{line}\n", "utf-8")

    with pytest.raises(CannotRead, match=r"^wrong\.txt:2: a line is “verdict; language; text”"):
        read_sentences(path)


def test_figures_count_both_kinds_of_error(file):
    found = figures(judge(read_sentences(file), built_in()))

    assert found == Figures(
        requests=4, missed=1, left=0, overdone=1, innocent=2, opted_out=0, held=1
    )


def test_measure_words_prints_figures_and_every_error(file):
    out = StringIO()

    call_command("measure_words", str(file), stdout=out)

    assert out.getvalue().splitlines()[-4:] == [
        "  all: of 4 requests 1 missed, 0 left to a person, 1 opted out without a person;"
        " of 2 innocents 0 opted out, 1 held",
        "    opt_out > nothing: me quiero ir lejos de ustedes",
        "    held > opt_out: STOP (stop)",
        "    nothing > held: baja de peso (baja)",
    ]


def test_measure_words_says_which_file_is_missing(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("measure_words", str(tmp_path / "none.txt"))
