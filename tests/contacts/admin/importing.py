"""A list of people, brought by the page as a browser does it."""

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contacts.imports.uploads import folder

IMPORT = reverse("admin:contacts_contact_import")
CONFIRM = reverse("admin:contacts_contact_process_import")
SAMPLE = reverse("admin:contacts_contact_import_sample")
HEADER = "telefono;nombre;marca;modelo;año;comuna\n"
ANA = "9 1111 2222;Ana;toyota;Yaris;2015;Ñuñoa\n"


def upload(client, text: str, name: str = "lista.csv", **fields: str):
    file = SimpleUploadedFile(name, text.encode("cp1252"))
    data = {"region": "CL", "import_file": file, **fields}
    return client.post(IMPORT, data)


def waiting(preview) -> dict[str, str]:
    """What the page of a preview sends when nothing on it is changed."""
    form = preview.context["form"]
    fields = {name: form[name].value() for name in form.fields}
    cells = (cell for row in preview.context["to_mend"] for cell in row["cells"])
    written = {name: text for name, _label, text in cells}
    return {**fields, **written, "mended": preview.context["mended"]}


def confirm(client, preview, **changed: str):
    return client.post(CONFIRM, waiting(preview) | changed)


def check(client, preview, **changed: str):
    return confirm(client, preview, check="", **changed)


def long_file(rows: int) -> str:
    return HEADER + "".join(
        f"9{number:08d};;;;;\n" for number in range(30_000_000, 30_000_000 + rows)
    )


def waiting_uploads() -> list[str]:
    return default_storage.listdir(folder())[1] if default_storage.exists(folder()) else []
