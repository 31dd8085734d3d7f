"""Back to a version, and the same template in another language: each one act with one event."""

import pytest
from django.core.exceptions import PermissionDenied

from messaging.models import TemplateVersion
from messaging.texts.changing import CannotChange, add_language, go_back
from messaging.texts.content import TemplateContent
from tests.templates import edit
from waproject.audit.models import Event


def test_going_back_makes_a_new_version_equal_to_the_old_one(template, superuser):
    first = template.current
    edit(template, body="Otro texto para hoy", footer="BAJA")

    made = go_back(template, first, by=superuser)

    assert made.number == 3
    assert TemplateContent.of(made) == TemplateContent.of(first)
    assert made.approval.status == "draft"
    assert Event.objects.get(action="messaging.template_back").after == {
        "version": 3,
        "as_version": 1,
    }


def test_going_back_to_what_it_says_already_makes_no_version(template, superuser):
    go_back(template, template.current, by=superuser)

    assert TemplateVersion.objects.count() == 1


def test_going_back_needs_its_right(template, staff):
    with pytest.raises(PermissionDenied):
        go_back(template, template.current, by=staff)


def test_another_language_begins_with_this_ones_text(template, superuser):
    copy = add_language(template, "pt_BR", by=superuser)

    assert (copy.name, copy.language, copy.account_id) == ("promo", "pt_BR", template.account_id)
    assert (copy.current.body, copy.status) == (template.current.body, "draft")


@pytest.mark.parametrize("language", ["", "es"])
def test_a_language_that_is_there_is_refused(template, superuser, language):
    with pytest.raises(CannotChange):
        add_language(template, language, by=superuser)
