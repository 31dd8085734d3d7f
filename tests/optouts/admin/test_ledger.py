import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from contacts.models import Contact
from optouts.integrity import integrity_problems
from optouts.models import ConsentEvent, OptOut
from optouts.operations import opt_out
from tests.factories.people import known_as
from tests.factories.users import permit_only
from waproject.accounts.models import User

LIST = reverse("admin:optouts_optout_changelist")
ADD = reverse("admin:optouts_optout_add")
UPLOAD = reverse("admin:optouts_optout_upload")
EXPORT = reverse("admin:optouts_optout_export")
EVENTS = reverse("admin:optouts_consentevent_changelist")

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(contact) -> OptOut:
    return opt_out(contact, reason="user_request", evidence="BAJA")


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def shown(response) -> list[object]:
    return list(response.context["cl"].result_list)


@pytest.mark.parametrize("url", [LIST, EVENTS])
def test_a_list_takes_the_same_queries_for_one_and_for_twenty(boss, people, url):
    opt_out(people[0], reason="manual")
    boss.get(url)  # content types are cached on the first visit
    one = queries(boss, url)
    for person in people[1:]:
        opt_out(person, reason="manual")

    assert queries(boss, url) == one


@pytest.mark.parametrize("typed", ["9 7540 0946", "+5697540", "juan", "PEREZ"])
def test_the_list_finds_by_phone_and_name(boss, row, people, typed):
    opt_out(people[3], reason="manual")
    Contact.objects.filter(pk=people[3].pk).update(phone="+56221234567", name="Otra")

    response = boss.get(LIST, {"q": typed})

    assert shown(response) == [row]


def test_the_list_filters_by_reason(boss, row, people):
    opt_out(people[0], reason="manual")

    assert shown(boss.get(LIST, {"reason__exact": "user_request"})) == [row]


def test_the_page_of_an_opt_out_shows_its_history(boss, row):
    response = boss.get(reverse("admin:optouts_optout_change", args=[row.pk]))

    assert "message from the person · BAJA" in response.content.decode()


def test_adding_opts_out_with_the_note(boss, superuser, contact):
    boss.post(ADD, {"address": "9 7540 0946", "note": "Called us"})

    event = ConsentEvent.objects.get()
    assert (OptOut.objects.get().contact, event.by, event.note) == (contact, superuser, "Called us")
    assert list(integrity_problems()) == []


def test_adding_an_unknown_phone_makes_an_opted_out_contact(boss):
    boss.post(ADD, {"address": "+56 9 9008 0338", "note": "Called us"})

    assert Contact.objects.get().status == "opted_out"


def test_adding_takes_a_whatsapp_user_id(boss):
    person = known_as("CL.1234")

    boss.post(ADD, {"address": "CL.1234", "note": "Called us"})

    assert OptOut.objects.get().contact == person


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"address": "123", "note": "x"}, {"address": ["Too short for Chile."]}),
        ({"address": "990080338", "note": " "}, {"note": ["This field is required."]}),
    ],
)
def test_adding_says_what_is_wrong(boss, data, errors):
    response = boss.post(ADD, data)

    assert response.context["adminform"].form.errors == errors


def test_adding_someone_again_says_since_when(boss, row, time_machine):
    OptOut.objects.update(opted_out_at="2026-03-01T12:00Z")

    response = boss.post(ADD, {"address": row.phone, "note": "x"})

    assert response.context["adminform"].form.errors == {
        "address": ["This person is opted out already, since March 1, 2026."]
    }


@pytest.mark.parametrize(
    ("permissions", "url", "code"),
    [
        ([], LIST, 403),
        (["view_optout"], LIST, 200),
        (["view_optout"], ADD, 403),
        (["view_optout", "add_optout"], ADD, 200),
        (["view_optout", "add_optout"], UPLOAD, 403),
        (["import_optout"], UPLOAD, 200),
        (["view_optout", "add_optout"], EXPORT, 403),
        (["view_optout", "export_optout"], EXPORT, 200),
        ([], EVENTS, 403),
        (["view_consentevent"], EVENTS, 200),
    ],
)
def test_each_page_needs_its_own_permission(allow, permissions, url, code):
    assert allow(*permissions).get(url).status_code == code


@pytest.mark.parametrize("model", ["optout", "consentevent"])
@pytest.mark.parametrize("page", ["change", "delete"])
def test_nobody_changes_or_deletes_what_is_on_record(boss, row, model, page):
    pk = {"optout": row.pk, "consentevent": ConsentEvent.objects.get().pk}[model]

    response = boss.post(reverse(f"admin:optouts_{model}_{page}", args=[pk]), {"post": "yes"})

    assert (response.status_code, OptOut.objects.count()) == (403, 1)


def revoke(client: Client, row: OptOut, **data: str):
    chosen = {"action": "revoke_selected", "_selected_action": row.pk}
    return client.post(LIST, {**chosen, **data})


def test_revoking_asks_for_a_note_first(boss, row):
    response = revoke(boss, row)

    assert (response.status_code, response.context["count"], OptOut.objects.count()) == (200, 1, 1)


@pytest.mark.parametrize(("note", "left"), [("", 1), ("They called", 0)])
def test_revoking_needs_a_note(boss, row, note, left):
    revoke(boss, row, confirmed="yes", note=note)

    assert (OptOut.objects.count(), list(integrity_problems())) == (left, [])


def test_revoking_leaves_person_and_note_on_record(boss, superuser, row):
    revoke(boss, row, confirmed="yes", note="They called")

    event = ConsentEvent.objects.latest("pk")
    assert (event.change, event.source, event.by, event.note) == (
        "in",
        "staff",
        superuser,
        "They called",
    )


@pytest.mark.parametrize(
    ("permissions", "left"),
    [(["view_optout", "add_optout"], 1), (["view_optout", "revoke_optout"], 0)],
)
def test_revoking_needs_its_permission(allow, row, permissions, left):
    revoke(allow(*permissions), row, confirmed="yes", note="They called")

    assert OptOut.objects.count() == left


def upload(client: Client, content: bytes):
    file = io.BytesIO(content)
    file.name = "lista.csv"
    return client.post(UPLOAD, {"file": file, "note": "From the old system"})


def test_uploading_opts_out_and_returns_to_the_list(boss):
    response = upload(boss, b"telefono\n975400946\n990080338\n")

    assert (response.url, OptOut.objects.count()) == (LIST, 2)


def test_uploading_shows_the_rows_that_failed(boss):
    response = upload(boss, b"telefono\n975400946\n12\n")

    assert [(f.line, f.value) for f in response.context["failures"]] == [(3, "12")]
    assert response.context["outcome"] == ("2 rows: 1 opted out now, 0 opted out before, 1 failed.")


def test_uploading_what_is_no_list_says_why(boss):
    response = upload(boss, b"%PDF-1.7")

    assert response.context["form"].errors == {
        "file": ["This is a PDF. Ask for the list as an Excel file (.xlsx) or as CSV."]
    }


def export(client: Client, file_format: str) -> bytes:
    columns = {f"optoutresource_{name}": "on" for name in ("phone", "name", "reason")}
    data = {"format": file_format, "resource": "", "optoutresource_id": "", **columns}
    return client.post(EXPORT, data).content


def test_exporting_csv_keeps_phones_and_defuses_formulas(boss, row):
    Contact.objects.update(name="=HYPERLINK(1)")

    lines = export(boss, "0").decode("utf-8-sig").splitlines()

    assert lines == ["phone,name,reason", "+56975400946,'=HYPERLINK(1),the person asked"]


def test_exporting_xlsx_keeps_phones_as_text(boss, row):
    sheet = load_workbook(io.BytesIO(export(boss, "1"))).active

    assert [cell.value for cell in sheet[2]] == ["+56975400946", "Juan Pérez", "the person asked"]


def test_a_user_without_staff_rights_sees_nothing(client, row):
    client.force_login(permit_only(User.objects.create_user("cliente")))

    assert client.get(UPLOAD).status_code == 302


def test_evidence_of_a_message_is_its_words(boss, contact):
    sid = f"SM{'a' * 32}"
    row = opt_out(contact, reason="user_request", evidence=f"{sid}: no más")

    for url in (EVENTS, reverse("admin:optouts_optout_change", args=[row.pk])):
        page = boss.get(url).text
        assert "no más" in page
        assert sid not in page


def test_a_choice_that_is_only_shown_begins_with_a_capital(boss, row):
    page = boss.get(reverse("admin:optouts_optout_change", args=[row.pk]))

    assert ">The person asked<" in page.text
