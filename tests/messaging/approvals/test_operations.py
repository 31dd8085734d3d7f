import pytest
from django.core.exceptions import PermissionDenied

from messaging.approvals.operations import archive, ask_for_sync, unarchive
from messaging.models import Template
from tests.factories.users import permit_only
from tests.messaging.approvals.conftest import queued
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event


def test_an_archived_template_can_be_taken_out_again(template):
    assert archive(Template.objects.all(), by=SYSTEM) == 1
    assert (archive(Template.objects.all(), by=SYSTEM), status()) == (0, "archived")

    assert unarchive(Template.objects.all(), by=SYSTEM) == 1
    assert (unarchive(Template.objects.all(), by=SYSTEM), status()) == (0, "approved")


def status():
    return Template.objects.get().status


def test_both_are_logged(template, superuser):
    archive(Template.objects.all(), by=superuser)
    unarchive(Template.objects.all(), by=superuser)

    events = Event.objects.filter(action__endswith="archive_templates").order_by("pk")
    assert [(one.action, one.actor, one.object_text) for one in events] == [
        ("messaging.archive_templates", superuser, "promo (es)"),
        ("messaging.unarchive_templates", superuser, "promo (es)"),
    ]


@pytest.mark.parametrize("operation", [archive, unarchive])
def test_both_need_the_right(template, staff, operation):
    with pytest.raises(PermissionDenied):
        operation(Template.objects.all(), by=permit_only(staff, "view_template"))


def test_asking_for_all_queues_a_job_for_each_account(db, superuser):
    assert (ask_for_sync(by=superuser), queued()) == (1, ["sync"])
    assert Event.objects.get(action="messaging.sync_templates").after == {"accounts": 1}
