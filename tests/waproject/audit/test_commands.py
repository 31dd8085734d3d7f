import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Campaign
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def active(campaign) -> Campaign:
    Campaign.objects.update(status="active")
    return campaign


def test_command_acts_as_the_system(active):
    call_command("pause_campaign", active.pk)

    event = Event.objects.get()
    assert (event.actor, event.origin) == (None, "command pause_campaign")


def test_command_acts_as_a_user(active, superuser):
    call_command("pause_campaign", active.pk, "--as", "jefa")

    assert Event.objects.get().actor == superuser


def test_command_has_no_more_rights_than_its_user(active, staff):
    with pytest.raises(CommandError, match="Your role lacks this right: Campaigns: Pause"):
        call_command("pause_campaign", active.pk, "--as", "vendedor")

    assert Campaign.objects.get().status == "active"


@pytest.mark.parametrize("name", ["nadie", "vendedor"])
def test_command_refuses_a_user_who_is_not_active(active, staff, name):
    staff.set_status("suspended")
    staff.save()

    with pytest.raises(CommandError, match=f"There is no active user “{name}”"):
        call_command("pause_campaign", active.pk, "--as", name)
