import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry

from waproject.core.admin.read_only import LookOnly, ReadOnlyAdmin


@pytest.fixture
def request_of_all_rights(rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    return request


def rights(page, request):
    """Whether the page lets a request add, change and delete."""
    return (
        page.has_add_permission(request),
        page.has_change_permission(request),
        page.has_delete_permission(request),
    )


def test_read_only_takes_every_right_but_looking(request_of_all_rights):
    page = ReadOnlyAdmin(LogEntry, admin.site)

    assert rights(page, request_of_all_rights) == (False, False, False)
    assert page.has_view_permission(request_of_all_rights)


def test_look_only_takes_the_actions_of_a_package(request_of_all_rights):
    class Page(LookOnly, admin.ModelAdmin):
        actions = ["run_again"]

    assert Page(LogEntry, admin.site).get_actions(request_of_all_rights) == {}
