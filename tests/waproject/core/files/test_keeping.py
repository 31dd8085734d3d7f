from datetime import timedelta
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from waproject.core.files import keeping

TEXT = b"%PDF-1.7 oferta"
NAME = f"{sha256(TEXT).hexdigest()}.pdf"


def test_the_same_file_is_kept_once_under_its_hash():
    names = [keeping.keep(ContentFile(TEXT), "templates/1", ".pdf") for _time in range(2)]

    assert names == [NAME, NAME]
    assert default_storage.listdir("templates/1")[1] == [NAME]
    assert keeping.size_of(f"templates/1/{NAME}") == len(TEXT)


def test_a_file_that_is_not_kept_has_no_size():
    assert keeping.size_of("templates/1/none.pdf") is None


def test_old_files_that_nobody_names_go_and_others_stay():
    keeping.keep(ContentFile(TEXT), "templates/1", ".pdf")
    other = keeping.keep(ContentFile(b"otro"), "templates/1", ".pdf")
    tomorrow = timezone.now() + timedelta(days=1)

    young = keeping.forget("templates/1", but=(), before=timezone.now() - timedelta(days=1))
    old = keeping.forget("templates/1", but={NAME}, before=tomorrow)

    assert (young, old) == (0, 1)
    assert not default_storage.exists(f"templates/1/{other}")
    assert default_storage.exists(f"templates/1/{NAME}")
    assert keeping.forget("templates/2", but=(), before=tomorrow) == 0
