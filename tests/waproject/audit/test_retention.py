from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from waproject.audit import retention
from waproject.audit.models import Event
from waproject.audit.retention import EVENTS, SHORTEST
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant

pytestmark = pytest.mark.django_db


def event(days_ago: int) -> Event:
    at = timezone.now() - timedelta(days=days_ago)
    return Event.objects.create(action="x", object_type="contacts.tag", at=at)


def forget_before(moment: datetime) -> int:
    """Take all that is due then, as a run does."""
    ids = list(EVENTS.due(moment).values_list("pk", flat=True))
    return EVENTS.take(ids, moment)


def test_events_from_before_the_moment_go_and_the_others_stay():
    for _time in range(3):
        event(days_ago=400)
    kept = [event(days_ago=days).pk for days in (300, 1)]

    gone = forget_before(timezone.now() - timedelta(days=365))

    assert (gone, [*Event.objects.order_by("pk").values_list("pk", flat=True)]) == (3, kept)


def test_no_moment_makes_the_latest_events_go():
    event(days_ago=SHORTEST.days + 1)
    kept = event(days_ago=SHORTEST.days - 1)

    forget_before(timezone.now() + timedelta(days=1))

    assert Event.objects.get() == kept
    assert EVENTS.take([kept.pk], timezone.now()) == 0


@pytest.mark.parametrize("days_ago", [1, SHORTEST.days - 1, 200])
def test_database_itself_refuses_what_is_younger_even_then(days_ago):
    """As if the code asked for more than it should: 200 days are younger than the moment."""
    moment = timezone.now() - timedelta(days=300 if days_ago == 200 else 0)
    young = event(days_ago)

    with pytest.raises(IntegrityError, match="deleted"), retention._door_open_until(moment):
        young.delete()

    assert Event.objects.exists()


def test_door_is_shut_after_it_and_an_event_is_never_changed():
    event(days_ago=400)
    forget_before(timezone.now() - timedelta(days=365))
    old = event(days_ago=400)

    with pytest.raises(IntegrityError, match="deleted"), transaction.atomic():
        old.delete()
    with (
        pytest.raises(IntegrityError, match="never changed"),
        retention._door_open_until(timezone.now()),
    ):
        Event.objects.update(reason="otra")


def test_events_of_another_business_stay():
    other = create_tenant(name="Otra", slug="otra")
    with in_tenant(other.pk):
        event(days_ago=400)

    assert forget_before(timezone.now()) == 0
    with in_tenant(other.pk):
        assert Event.objects.filter(action="x").exists()
