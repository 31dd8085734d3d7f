"""Django's own list of permissions is on no page: roles give rights, in the product's words."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from waproject.accounts.models import User

pytestmark = pytest.mark.django_db
HIDDEN = (Permission, Group)


@pytest.mark.parametrize("model", HIDDEN)
@pytest.mark.parametrize("kind", ["changelist", "add"])
def test_they_have_no_pages(model: type[Model], kind: str):
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:auth_{model._meta.model_name}_{kind}")


def test_no_address_of_theirs_answers(boss):
    for path in ("auth/permission/", "auth/group/", "auth/group/add/", "auth/"):
        assert boss.get(f"/admin/{path}").status_code == 404


def test_no_model_with_pages_refers_to_them():
    referring = [
        f"{model._meta.label}.{field.name}"
        for model in admin.site._registry
        for field in model._meta.get_fields()
        if field.related_model in HIDDEN
    ]

    assert referring == []
    assert not {"groups", "user_permissions"} & {one.name for one in User._meta.get_fields()}


def test_no_autocomplete_finds_them(boss):
    found = reverse("admin:autocomplete")
    for field in ("groups", "user_permissions"):
        asked = {"app_label": "accounts", "model_name": "user", "field_name": field}
        assert boss.get(found, asked).status_code == 403


def test_first_page_and_its_navigation_show_none(boss):
    """Each other page is asked the same in tests/waproject/test_words.py."""
    names = list(Permission.objects.values_list("name", flat=True))

    body = boss.get(reverse("admin:index")).text

    assert "Can add tag" in names
    assert [name for name in names if name.startswith("Can ") and name in body] == []
