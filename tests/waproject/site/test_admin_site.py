from collections.abc import Iterator
from unittest.mock import ANY

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.db import connection
from django.urls import reverse
from pytest_django.asserts import assertRedirects

IMPOSSIBLE = "9" * 30


def lists_with_lookups() -> Iterator[tuple[str, str]]:
    """Every list of the admin, by its rows' own ids and by those of one relation."""
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        relations = [field.name for field in model._meta.fields if field.is_relation]
        for lookup in ["pk__in", *relations[:1]]:
            yield url, lookup


@pytest.fixture
def boss(superuser, client):
    client.force_login(superuser)
    return client


def test_no_list_breaks_at_a_number_that_no_row_can_have(boss):
    asked = list(lists_with_lookups())

    broken = [one for one in asked if boss.get(one[0], {one[1]: IMPOSSIBLE}).status_code >= 400]

    assert (len(asked) > 20, broken) == (True, [])


def test_list_asked_for_an_impossible_number_says_so(boss, caplog):
    """On SQLite, which cannot hold it; PostgreSQL compares any numbers, and finds nothing."""
    url = reverse("admin:campaigns_recipient_changelist")

    response = boss.get(url, {"contact": IMPOSSIBLE})

    if connection.vendor == "sqlite":
        assertRedirects(response, url)
        assert [str(message) for message in get_messages(response.wsgi_request)] == [
            "A value in the address of the page is impossible, and was left out."
        ]
        assert "A page was shown without its values: " in caplog.text
        assert IMPOSSIBLE not in caplog.text
    else:
        assert response.context["cl"].result_count == 0


@pytest.mark.parametrize("lookup", ["contact", "campaign__id__exact"])
def test_list_narrowed_to_what_does_not_exist_is_empty(boss, lookup):
    response = boss.get(reverse("admin:campaigns_recipient_changelist"), {lookup: 2**62})

    assert response.context["cl"].result_count == 0


def test_other_overflows_are_not_hidden(boss, monkeypatch):
    monkeypatch.setattr("waproject.site.home.page.home", lambda *given: (2.0**1_000) ** 2)

    with pytest.raises(OverflowError):
        boss.get(reverse("admin:index"))


def test_page_does_not_make_the_list_of_apps_that_it_does_not_show(boss, monkeypatch):
    monkeypatch.setattr(admin.site, "get_app_list", lambda *_: pytest.fail("The list was made."))

    page = boss.get(reverse("admin:contacts_contact_changelist"))

    assert page.status_code == 200


def test_whoever_reads_the_list_of_apps_has_it(rf, superuser):
    request = rf.get("/admin/")
    request.user = superuser

    context = admin.site.each_context(request)

    # Two querysets never are the same.
    of_django = {**admin.AdminSite.each_context(admin.site, request), "log_entries": ANY}
    assert context == of_django
    apps = context["available_apps"]
    assert [app["app_label"] for app in apps][:3] == ["campaigns", "messaging", "contacts"]


@pytest.mark.parametrize(("language", "name"), [("en", "Campaigns"), ("es", "Campañas")])
def test_the_page_of_an_app_has_its_name_alone(boss, language, name):
    page = boss.get("/admin/campaigns/", headers={"Accept-Language": language})

    assert page.context["title"] == name
    assert f"<h1>{name}</h1>" in page.content.decode()
