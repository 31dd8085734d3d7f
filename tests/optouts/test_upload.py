import io

import pytest

from contacts.imports.columns import ColumnsError
from contacts.imports.files.reading import TableError
from contacts.models import Contact
from optouts import upload
from optouts.integrity import integrity_problems
from optouts.models import ConsentEvent, OptOut
from optouts.operations import opt_out

LIST = "nombre;Teléfono\nAna;9 7540 0946\nLuis;+56 9 9008 0338\nEva;123\nAna otra vez;56975400946\n"


def opt_out_list(content: str | bytes, user, **options) -> upload.Report:
    data = content if isinstance(content, bytes) else content.encode()
    return upload.opt_out_list(io.BytesIO(data), name="lista.csv", by=user, **options)


def outcome(report: upload.Report) -> tuple[int, int, int]:
    return report.opted_out, report.already, len(report.failures)


def test_opt_out_list_gives_every_row_an_outcome(superuser):
    report = opt_out_list(LIST, superuser)

    assert (outcome(report), report.rows) == ((2, 1, 1), 4)


def test_opt_out_list_says_which_line_failed_and_why(superuser):
    report = opt_out_list(LIST, superuser)

    assert report.failures == [upload.Failure(4, "123", "Too short for Chile.")]


def test_opt_out_list_keeps_ledger_and_status_in_step(superuser):
    opt_out_list(LIST, superuser)

    assert (OptOut.objects.count(), list(integrity_problems())) == (2, [])


def test_opt_out_list_again_changes_nothing(superuser):
    opt_out_list(LIST, superuser)

    report = opt_out_list(LIST, superuser)

    assert (outcome(report), ConsentEvent.objects.count()) == ((0, 3, 1), 2)


def test_opt_out_list_knows_who_is_opted_out_already(contact, superuser):
    opt_out(contact, reason="user_request")

    report = opt_out_list(LIST, superuser)

    assert outcome(report) == (1, 2, 1)


def test_opt_out_list_makes_unknown_people_known(superuser):
    opt_out_list(LIST, superuser)

    people = Contact.objects.filter(status="opted_out").order_by("phone")
    assert [person.phone for person in people] == ["+56975400946", "+56990080338"]


def test_opt_out_list_records_file_person_and_note(superuser):
    opt_out_list("telefono\n975400946\n", superuser, note="Lista de la central")

    event = ConsentEvent.objects.get()
    assert (event.source, event.evidence, event.by, event.note) == (
        "upload",
        "lista.csv",
        superuser,
        "Lista de la central",
    )


@pytest.mark.parametrize(
    "content",
    [
        "975400946\n990080338\n",
        "\ufefffono\n975400946\n990080338\n",
        "Celular,Nombre\n975400946,Ana\n990080338,José\n".encode("cp1252"),
        "nombre\tphone\nAna\t975400946\nEva\t990080338\n".encode("utf-16"),
    ],
)
def test_opt_out_list_reads_lists_of_every_kind(superuser, content):
    assert outcome(opt_out_list(content, superuser)) == (2, 0, 0)


@pytest.mark.parametrize(
    ("content", "error"),
    [("nombre,marca\nAna,Toyota\n", ColumnsError), ("", TableError)],
)
def test_opt_out_list_refuses_what_is_no_list(superuser, content, error):
    with pytest.raises(error):
        opt_out_list(content, superuser)


def test_opt_out_list_of_too_many_rows_does_nothing(superuser, monkeypatch):
    monkeypatch.setattr(upload, "MOST_ROWS", 2)

    with pytest.raises(TableError, match=r"^The list has more than 2 rows\."):
        opt_out_list(LIST, superuser)

    assert OptOut.objects.count() == 0


def test_opt_out_list_takes_no_row_that_is_broken(superuser):
    report = opt_out_list("nombre;telefono\nAna;975400946;x\nEva;990080338\n", superuser)

    assert (outcome(report), report.failures[0].line) == ((1, 0, 1), 2)


def test_opt_out_list_knows_a_person_by_every_spelling(superuser):
    person = Contact.objects.create(phone="+5511987654329")

    report = opt_out_list("+55 11 8765-4329\n+55 11 98765-4329\n", superuser)

    assert (outcome(report), OptOut.objects.get().contact) == ((1, 1, 0), person)


def test_opt_out_list_opts_out_every_phone_of_a_row(superuser):
    content = (
        "Teléfono;Celular;WhatsApp\n"
        "2 2123 4567;9 7540 0946;\n"
        "9 9008 0338 ::: 9 6600 1122;;12\n"
        ";;9 7540 0946\n"
        "-;;\n"
    )

    report = opt_out_list(content, superuser)

    assert outcome(report) == (1, 1, 2)
    assert [(one.line, one.value) for one in report.failures] == [(3, "12"), (5, "-")]
    assert set(OptOut.objects.values_list("phone", flat=True)) == {
        *("+56221234567", "+56975400946", "+56990080338", "+56966001122"),
    }
