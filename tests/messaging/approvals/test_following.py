"""A template's status and its version in use are those of its approvals."""

import pytest
from django.utils import timezone

from messaging.approvals.following import follow
from messaging.models import Template, TemplateApproval
from tests.templates import edit, edit_and_approve


def say(version, status, **fields):
    """The provider says this of a version."""
    TemplateApproval.objects.filter(version=version).update(status=status, **fields)
    follow(version.template)


def stored() -> tuple[str, int | None]:
    template = Template.objects.select_related("in_use").get()
    return template.status, template.in_use.number if template.in_use else None


def test_a_draft_after_an_approved_version_changes_nothing(template):
    edit(template, body="Otro texto para hoy")
    follow(template)

    assert stored() == ("approved", 1)


@pytest.mark.parametrize("status", ["pending", "rejected"])
def test_a_version_that_is_not_approved_leaves_the_one_before_in_use(template, status):
    say(edit(template, body="Otro texto para hoy"), status)

    assert stored() == ("approved", 1)


def test_a_newer_approved_version_comes_into_use(template):
    edit_and_approve(template, body="Otro texto para hoy")

    assert stored() == ("approved", 2)


@pytest.mark.parametrize("status", ["paused", "disabled"])
def test_a_version_that_the_provider_stopped_stays_in_use_and_shows(template, status):
    say(template.current, status)

    assert stored() == (status, 1)


def test_the_version_before_is_used_again_when_the_provider_stops_a_newer_one(template):
    newer = edit_and_approve(template, body="Otro texto para hoy")

    say(newer, "paused")

    assert stored() == ("approved", 1)


def test_a_rejected_version_is_never_in_use(template):
    say(template.current, "rejected")

    assert stored() == ("rejected", None)


def test_an_archived_template_says_so(template):
    Template.objects.update(archived_at=timezone.now())

    follow(template)

    assert stored() == ("archived", 1)


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [
        ("draft", "pending", 1),
        ("pending", "draft", 1),
        ("pending", "rejected", 1),
        ("approved", "paused", 1),
        ("paused", "approved", 1),
        ("approved", "draft", 0),
        ("pending", "pending", 0),
    ],
)
def test_an_approval_moves_along_the_table_alone(template, before, after, moves):
    TemplateApproval.objects.update(status=before)

    assert TemplateApproval.objects.advance(after) == moves
