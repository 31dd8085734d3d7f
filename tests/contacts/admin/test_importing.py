import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django_q.models import OrmQ
from pytest_django.asserts import assertContains

from contacts.imports import preview
from contacts.imports.uploads import folder
from contacts.models import Contact, ImportJob, Tag, Vehicle
from optouts.operations import opt_out
from tests.contacts.admin.importing import (
    ANA,
    CONFIRM,
    HEADER,
    IMPORT,
    SAMPLE,
    confirm,
    long_file,
    upload,
    waiting,
    waiting_uploads,
)

pytestmark = pytest.mark.django_db


def test_preview_counts_without_writing(boss):
    response = upload(boss, HEADER + ANA + "123;Eva;;;;\n" + ANA)

    result = response.context["preview"]
    assert result.labelled_counts() == [
        ("created", 1),
        ("updated", 0),
        ("unchanged", 1),
        ("skipped", 0),
        ("failed", 1),
    ]
    assert Contact.objects.count() == 0
    assert (result.taken, result.people) == (2, 1)
    assert "rows that will be taken" not in response.content.decode()


def test_preview_shows_the_rows_not_taken(boss, contact):
    opt_out(contact, reason="manual")

    response = upload(boss, HEADER + "123;Eva;;;;\n975400946;Juan;;;;\n")

    assert [(row.line, row.reason) for row in response.context["preview"].left_out] == [
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

    ana, eva, abroad, again = response.context["preview"].understood
    assert ana[:6] == (2, "new", "+56 9 1111 2222", False, "Ana Soto", "Ana")
    assert ana[6:] == ("ana@example.com", "Toyota Yaris 2015", 8_500_000, "VIP, taxi")
    assert (eva.phone, eva.is_landline, eva.vehicle) == ("+56 2 2123 4567", True, "")
    assert (abroad.phone, abroad.name) == ("+54 9 11 2345-6789 (Argentina)", "")
    assert (again.line, again.outcome) == (5, "no change")


def test_preview_tells_remarks_and_repeated_phones(boss):
    response = upload(boss, MANY)

    result, content = response.context["preview"], response.content.decode()
    assert [(row.line, row.reason) for row in result.remarked] == [
        (3, "“email”: The email is not an address, such as ana@example.com."
            " The vehicle was left out, it lacks: year."),
    ]  # fmt: skip
    assert result.repeated == [(5, 2)]
    assert content.count("Line 5: the same phone as line 2") == 1
    assert content.count(">Toyota Yaris 2015<") == 1


def test_upload_with_equal_titles_is_refused_only_when_they_are_kept(boss):
    text = "telefono;Nota;nota\n911112222;a;b\n"

    kept = upload(boss, text, keep_unknown="on")

    assert kept.context["form"].errors["import_file"] == [
        "Two columns are called “Nota”. Rename or remove one of them."
    ]
    assert upload(boss, text).context["preview"].rows == 1


def test_file_that_is_refused_is_read_once(boss, monkeypatch):
    read = []
    reader = preview.open_on_page
    monkeypatch.setattr(preview, "open_on_page", lambda file: read.append(file) or reader(file))

    response = upload(boss, "nombre\nAna\n")

    assert "No column holds the phone" in response.content.decode()
    assert len(read) == 1


def test_preview_stays_a_small_page(boss):
    rows = "".join(f"12{number};Una persona con nombre largo;;;;\n" for number in range(2_000))

    response = upload(boss, HEADER + rows)

    assert len(response.content) < 150_000


def test_preview_names_the_columns_left_out(boss):
    columns = upload(boss, HEADER + ANA).context["columns"]

    assert columns == [
        ("telefono", "phone"),
        ("nombre", "name"),
        ("marca", "make"),
        ("modelo", "model"),
        ("año", "year"),
        ("comuna", ""),
    ]


def test_preview_names_the_further_columns_of_phones(boss):
    columns = upload(boss, "telefono;celular\n911112222;\n").context["columns"]

    assert columns == [("telefono", "phone"), ("celular", "another phone")]


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
    preview = upload(boss, HEADER + ANA)

    response = boss.post(CONFIRM, waiting(preview) | {"import_file_name": name}, follow=True)

    assertContains(response, "This file is not waiting for confirmation any more.")
    assert ImportJob.objects.count() == 0


def test_confirm_of_nothing_asks_for_a_file(boss):
    response = boss.post(CONFIRM, {})

    assert (response.url, ImportJob.objects.count()) == (IMPORT, 0)


def test_long_file_is_shown_by_its_first_rows_and_goes_to_the_worker(boss):
    preview = upload(boss, long_file(2_001))

    response = confirm(boss, preview)

    assert (preview.context["preview"].rows, preview.context["is_long"]) == (2_000, True)
    job = ImportJob.objects.get()
    assert response.url == reverse("admin:contacts_importjob_change", args=[job.pk])
    assert (job.job.state, job.job.title) == ("waiting", "lista.csv")
    assert job.job.parameters["region"] == "CL"
    assert (OrmQ.objects.get().key, Contact.objects.count()) == ("long", 0)


@pytest.mark.parametrize("rows", [1, 2_001])
def test_files_too_large_for_memory_are_taken_too(boss, settings, rows):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0

    response = confirm(boss, upload(boss, long_file(rows)))

    assert (response.status_code, ImportJob.objects.count()) == (302, 1)


def test_file_of_2000_rows_is_no_long_one(boss):
    response = upload(boss, long_file(2_000))

    assert (response.context["preview"].rows, response.context["is_long"]) == (2_000, False)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEADER, "The file has titles but no rows under them."),
        ("nombre\nAna\n", "No column holds the phone."),
        ("telefono;marca;make\n1;2;3\n", "Two columns hold the same thing"),
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
    name = f"{folder()}/{waiting(preview)['import_file_name']}"
    default_storage.delete(name)
    default_storage.save(name, ContentFile(b"color\nrojo\n"))

    response = boss.post(CONFIRM, waiting(preview), follow=True)

    assertContains(response, "No column holds the phone.")
    assert ImportJob.objects.count() == 0


def test_tag_is_suggested_by_the_name_of_the_file(boss):
    preview = upload(boss, HEADER + ANA, "feria_de mayo.csv")
    confirm(boss, preview)

    assert waiting(preview)["tag"] == "feria de mayo"
    assert [tag.name for tag in Contact.objects.get().tags.all()] == ["feria de mayo"]


def test_no_tag_is_given_when_none_is_wanted(boss):
    confirm(boss, upload(boss, HEADER + ANA), tag="")

    assert Tag.objects.exists() is False


def test_tag_that_is_not_there_needs_the_right_to_make_it(as_staff):
    client = as_staff("import_contact")
    preview = upload(client, HEADER + ANA)

    refused = confirm(client, preview, tag="Feria")

    assert waiting(preview)["tag"] == ""
    assert refused.context["form"].errors["tag"] == [
        "There is no tag “Feria”, and making one needs a right. Choose another."
    ]
    assert ImportJob.objects.count() == 0


def test_tag_that_is_there_needs_no_further_right(as_staff, vip):
    client = as_staff("import_contact")
    confirm(client, upload(client, HEADER + ANA), tag="vip")

    assert list(vip.contacts.values_list("name", flat=True)) == ["Ana"]


def test_preview_warns_of_landlines_and_of_other_countries(boss):
    result = upload(boss, MANY).context["preview"]

    assert (result.landlines, result.foreign) == ([3], [4])


def test_preview_names_the_first_of_many_lines(boss):
    response = upload(boss, "telefono\n" + "".join(f"2 2123 4{at:03d}\n" for at in range(51)))

    lines = response.context["lines"]["landlines"]
    assert (lines[:7], lines[-7:]) == ("2, 3, 4", ", 51, …")


@pytest.mark.parametrize(("language", "start"), [("es", "Teléfono;"), ("en", "Phone,")])
def test_sample_is_taken_whole(boss, language, start):
    response = boss.get(SAMPLE, headers={"accept-language": language})
    text = response.content.decode("utf-8-sig")

    shown = upload(boss, text).context["preview"]

    assert (text.startswith(start), shown.people, shown.left_out) == (True, 3, [])
    assert (shown.remarked, len(shown.understood)) == ([], 3)


def test_lists_of_people_and_of_imports_lead_to_the_import(as_staff):
    lists = [reverse(f"admin:contacts_{name}_changelist") for name in ("contact", "importjob")]
    with_right = as_staff("view_contact", "view_importjob", "import_contact")
    assert [IMPORT in with_right.get(url).content.decode() for url in lists] == [True, True]

    without = as_staff("view_contact", "view_importjob")
    assert [IMPORT in without.get(url).content.decode() for url in lists] == [False, False]
