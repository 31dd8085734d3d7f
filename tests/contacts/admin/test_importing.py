import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_q.models import OrmQ
from pytest_django.asserts import assertContains

from contacts.admin import importing
from contacts.models import Contact, ImportJob, Vehicle
from contacts.uploads import FOLDER
from optouts.operations import opt_out

IMPORT = reverse("admin:contacts_contact_import")
CONFIRM = reverse("admin:contacts_contact_process_import")
HEADER = "telefono;nombre;marca;modelo;año;comuna\n"
ANA = "9 1111 2222;Ana;toyota;Yaris;2015;Ñuñoa\n"

pytestmark = pytest.mark.django_db


def upload(client, text: str, name: str = "lista.csv", **fields: str):
    file = SimpleUploadedFile(name, text.encode("cp1252"))
    data = {"resource": "0", "format": "0", "region": "CL", "import_file": file, **fields}
    return client.post(IMPORT, data)


def confirm(client, preview):
    return client.post(CONFIRM, preview.context["confirm_form"].initial)


def long_file(rows: int) -> str:
    return HEADER + "".join(
        f"9{number:08d};;;;;\n" for number in range(30_000_000, 30_000_000 + rows)
    )


def waiting_uploads() -> list[str]:
    return default_storage.listdir(FOLDER)[1] if default_storage.exists(FOLDER) else []


def test_preview_counts_without_writing(boss):
    response = upload(boss, HEADER + ANA + "123;Eva;;;;\n" + ANA)

    result = response.context["result"]
    assert result.labelled_counts() == [
        ("created", 1),
        ("updated", 0),
        ("unchanged", 1),
        ("skipped", 0),
        ("failed", 1),
    ]
    assert Contact.objects.count() == 0
    assert (result.taken, "rows that will be taken" in response.content.decode()) == (2, False)


def test_preview_shows_the_rows_not_taken(boss, contact):
    opt_out(contact, reason="manual")

    response = upload(boss, HEADER + "123;Eva;;;;\n975400946;Juan;;;;\n")

    assert [(row.line, row.reason) for row in response.context["result"].rejected] == [
        (2, "Too short for Chile."),
        (3, "This person has opted out."),
    ]


MANY = (
    "telefono;nombre;email;marca;modelo;año;precio;etiquetas\n"
    "9 1111 2222;ANA SOTO;ana@example.com;toyota;Yaris;2015;8.500.000;VIP, taxi\n"
    "2 2123 4567;Eva;eva@;kia;Rio;;;\n+54 9 11 2345 6789;;;;;;;\n911112222;;;;;;;\n"
)


def test_preview_shows_rows_as_they_are_understood(boss):
    response = upload(boss, MANY)

    ana, eva, abroad, again = response.context["result"].understood
    assert ana[:6] == (2, "new", "+56 9 1111 2222", False, "ANA SOTO", "Ana")
    assert ana[6:] == ("ana@example.com", "Toyota Yaris 2015", 8_500_000, "VIP, taxi")
    assert (eva.phone, eva.is_landline, eva.vehicle) == ("+56 2 2123 4567", True, "")
    assert (abroad.phone, abroad.name) == ("+54 9 11 2345-6789 (Argentina)", "")
    assert (again.line, again.outcome) == (5, "no change")


def test_preview_tells_remarks_and_repeated_phones(boss):
    response = upload(boss, MANY)

    result, content = response.context["result"], response.content.decode()
    assert [(row.line, row.reason) for row in result.remarked] == [
        (3, "“email”: The email is not an address, such as ana@example.com."
            " The vehicle was left out, it lacks: year."),
    ]  # fmt: skip
    assert result.repeated == [(5, 2)]
    assert content.count("Line 5: the same phone as line 2") == 1
    assert content.count(">Toyota Yaris 2015</td>") == 1


def test_upload_with_equal_titles_is_refused_only_when_they_are_kept(boss):
    text = "telefono;Nota;nota\n911112222;a;b\n"

    kept = upload(boss, text, keep_unknown="on")

    assert kept.context["form"].errors["import_file"] == [
        "Two columns are called “Nota”. Rename or remove one of them."
    ]
    assert upload(boss, text).context["result"].total_rows == 1


def test_file_that_is_refused_is_read_once(boss, monkeypatch):
    read = []
    reader = importing.open_on_page
    monkeypatch.setattr(importing, "open_on_page", lambda file: read.append(file) or reader(file))

    response = upload(boss, "nombre\nAna\n")

    assert "No column holds the phone" in response.content.decode()
    assert len(read) == 1


def test_preview_stays_a_small_page(boss):
    rows = "".join(f"12{number};Una persona con nombre largo;;;;\n" for number in range(2_000))

    response = upload(boss, HEADER + rows)

    assert len(response.content) < 150_000


def test_preview_names_the_columns_left_out(boss):
    assert upload(boss, HEADER + ANA).context["result"].unknown_columns == ["comuna"]


def test_confirm_does_what_the_preview_said(boss):
    response = confirm(boss, upload(boss, HEADER + ANA + "123;Eva;;;;\n"))

    job = ImportJob.objects.get()
    assert response.url == reverse("admin:contacts_importjob_change", args=[job.pk])
    assert (job.job.state, job.created_count, job.failed_count) == ("completed", 1, 1)
    assert (Contact.objects.get().name, Vehicle.objects.get().make) == ("Ana", "Toyota")


@pytest.mark.parametrize(("ticked", "kept"), [("", {}), ("on", {"comuna": "Ñuñoa"})])
def test_confirm_keeps_unknown_columns_when_asked(boss, ticked, kept):
    confirm(boss, upload(boss, HEADER + ANA, keep_unknown=ticked))

    assert Contact.objects.get().custom_fields == kept


def test_confirm_reads_phones_of_the_country_chosen(boss):
    confirm(boss, upload(boss, "telefono\n11 2345 6789\n", region="AR"))

    assert Contact.objects.get().phone == "+541123456789"


def test_confirm_leaves_no_upload_behind(boss):
    preview = upload(boss, HEADER + ANA)
    before = waiting_uploads()

    confirm(boss, preview)

    assert (len(before), waiting_uploads()) == (1, [])


def test_confirm_twice_asks_for_the_file_again(boss):
    preview = upload(boss, HEADER + ANA)
    confirm(boss, preview)

    response = confirm(boss, preview)

    assert (response.url, ImportJob.objects.count()) == (IMPORT, 1)


@pytest.mark.parametrize("name", ["../../db.sqlite3", "..", "a" * 31, "A" * 32])
def test_confirm_takes_only_names_that_it_gave(boss, name):
    initial = upload(boss, HEADER + ANA).context["confirm_form"].initial

    response = boss.post(CONFIRM, initial | {"import_file_name": name})

    assertContains(response, "This file is not waiting for confirmation any more.")
    assert ImportJob.objects.count() == 0


def test_confirm_of_nothing_asks_for_a_file(boss):
    response = boss.post(CONFIRM, {})

    assert (response.url, ImportJob.objects.count()) == (IMPORT, 0)


def test_long_file_goes_to_the_worker_without_a_preview(boss):
    response = upload(boss, long_file(2_001))

    job = ImportJob.objects.get()
    assert response.url == reverse("admin:contacts_importjob_change", args=[job.pk])
    assert (job.job.state, job.job.title) == ("waiting", "lista.csv")
    assert job.job.parameters["region"] == "CL"
    assert (OrmQ.objects.get().key, Contact.objects.count()) == ("long", 0)


@pytest.mark.parametrize("rows", [1, 2_001])
def test_files_too_large_for_memory_are_taken_too(boss, settings, rows):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0

    response = upload(boss, long_file(rows))

    assert response.status_code == (200 if rows == 1 else 302)


def test_file_of_2000_rows_is_previewed(boss):
    response = upload(boss, long_file(2_000))

    assert response.context["result"].total_rows == 2_000


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEADER, "The file has titles but no rows under them."),
        ("nombre\nAna\n", "No column holds the phone."),
        ("telefono;celular\n1;2\n", "Two columns hold the same thing"),
        ("%PDF-1.4 x", "This is a PDF."),
    ],
)
def test_upload_says_what_is_wrong_with_the_file(boss, text, sentence):
    response = upload(boss, text)

    (error,) = response.context["form"].errors["import_file"]
    assert error.startswith(sentence)
    assert waiting_uploads() == []


def test_page_opens_without_scripts_in_it(boss):
    content = boss.get(IMPORT).content.decode()

    assert re.findall(r"<script(?![^>]*\bsrc=)", content) == []


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("url", [IMPORT, CONFIRM])
def test_import_needs_its_own_permission(as_staff, method, url):
    client = as_staff("view_contact", "add_contact", "change_contact", "export_contact")

    allowed = getattr(client, method)(url).status_code

    assert allowed == (405 if (method, url) == ("get", CONFIRM) else 403)


def test_import_asks_for_no_other_permission(as_staff):
    client = as_staff("import_contact")

    response = confirm(client, upload(client, HEADER + ANA))

    assert client.get(response.url).status_code == 200


def test_confirm_of_a_file_that_cannot_be_read_any_more_says_why(boss):
    preview = upload(boss, HEADER + ANA)
    name = f"{FOLDER}/{preview.context['confirm_form'].initial['import_file_name']}"
    default_storage.delete(name)
    default_storage.save(name, ContentFile(b"color\nrojo\n"))

    response = boss.post(CONFIRM, preview.context["confirm_form"].initial, follow=True)

    assertContains(response, "No column holds the phone.")
    assert ImportJob.objects.count() == 0
