import pytest
from django.core.exceptions import PermissionDenied

from campaigns.actions import CampaignAction
from campaigns.models import Campaign
from tests.factories.users import permit_only
from waproject.accounts.actors import SYSTEM
from waproject.audit.acting import IDS_KEPT, acting, announce
from waproject.audit.models import Event
from waproject.audit.origins import origin

pytestmark = pytest.mark.django_db


def test_event_says_who_did_what_to_which_object_and_from_where(superuser, campaign):
    with (
        origin("web 192.0.2.1"),
        acting(superuser, CampaignAction.PAUSE, campaign, text="Promo", reason="Feriado") as event,
    ):
        event.before, event.after = {"status": "active"}, {"status": "paused"}

    [row] = Event.objects.all()
    assert (row.actor, row.actor_name, row.action) == (superuser, "jefa", "campaigns.pause")
    assert (row.object_type, row.object_id, row.object_text) == (
        "campaigns.campaign",
        str(campaign.pk),
        "Promo",
    )
    assert (row.before, row.after) == ({"status": "active"}, {"status": "paused"})
    assert (row.reason, row.origin) == ("Feriado", "web 192.0.2.1")


def test_the_system_may_do_everything_and_has_no_name(campaign):
    with acting(SYSTEM, CampaignAction.CANCEL, campaign):
        pass

    assert Event.objects.values_list("actor", "actor_name").get() == (None, "")


def test_user_without_the_permission_does_nothing(staff, campaign):
    with (
        pytest.raises(PermissionDenied, match="Campaigns: Pause"),
        acting(staff, CampaignAction.PAUSE, campaign),
    ):
        Campaign.objects.update(name="Otra")

    assert (Campaign.objects.get().name, Event.objects.count()) == ("Promo", 0)


def test_user_with_the_permission_acts(staff, campaign):
    permit_only(staff, "pause_campaign")

    with acting(staff, CampaignAction.PAUSE, campaign):
        Campaign.objects.update(name="Otra")

    assert (Campaign.objects.get().name, Event.objects.count()) == ("Otra", 1)


def test_what_fails_leaves_neither_the_change_nor_the_event(superuser, campaign):
    def fail() -> None:
        with acting(superuser, CampaignAction.PAUSE, campaign):
            Campaign.objects.update(name="Otra")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert (Campaign.objects.get().name, Event.objects.count()) == ("Promo", 0)


def test_what_changed_nothing_may_leave_no_event(superuser, campaign):
    with acting(superuser, CampaignAction.PAUSE, campaign) as event:
        event.drop()

    assert not Event.objects.exists()


def test_operation_must_say_what_it_is_about(superuser):
    with (
        pytest.raises(TypeError, match=r"campaigns\.pause does not say"),
        acting(superuser, CampaignAction.PAUSE),
    ):
        pass


def test_event_about_many_objects_names_the_first_of_them(superuser):
    with acting(superuser, CampaignAction.CLOSE) as event:
        event.concern(Campaign, range(500))

    row = Event.objects.get()
    assert (row.object_type, row.object_id) == ("campaigns.campaign", "")
    assert (row.after["count"], row.after["ids"]) == (500, list(range(IDS_KEPT)))


def test_event_about_one_of_many_names_that_one(superuser, campaign):
    with acting(superuser, CampaignAction.CLOSE) as event:
        event.concern(Campaign, [campaign.pk])

    row = Event.objects.get()
    assert (row.object_id, row.after) == (str(campaign.pk), {})


def test_event_about_none_is_not_written(superuser):
    with acting(superuser, CampaignAction.CLOSE) as event:
        event.concern(Campaign, [])

    assert not Event.objects.exists()


def test_what_goes_on_in_steps_is_announced(superuser):
    announce(superuser, CampaignAction.CLOSE, Campaign, text="lista.csv", after={"phones": 3})

    assert Event.objects.values_list("object_text", "after").get() == ("lista.csv", {"phones": 3})


def test_only_those_who_may_do_it_announce_it(staff):
    with pytest.raises(PermissionDenied):
        announce(staff, CampaignAction.CLOSE, Campaign)

    assert not Event.objects.exists()
