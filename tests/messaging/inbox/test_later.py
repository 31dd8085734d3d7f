"""An answer that leaves at a chosen moment."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains

from messaging.models import Delivery, Sender
from tests.messaging.inbox.conftest import act


def test_an_answer_leaves_tomorrow_at_nine(boss, at_noon, talk):
    one = talk(ago=5)

    act(boss, "answer", one, text="Buenos días", answer_token="x", tomorrow="1")

    due = timezone.localtime(Delivery.objects.get().due_at)
    assert (due.date() - at_noon.date(), due.hour) == (timedelta(days=1), 9)


def test_no_answer_waits_for_a_moment_after_the_window(boss, at_noon, talk):
    one = talk(ago=5, window_expires_at=at_noon + timedelta(hours=8))

    refused = act(boss, "answer", one, text="Hola", answer_token="x", tomorrow="1")

    assertContains(refused, "closes before that moment")
    assertContains(refused, "Hola</textarea>")
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("moment", ["9999-12-31T23:59", "2028-01-01T00:00"])
def test_no_answer_waits_for_a_moment_too_far_ahead(boss, at_noon, talk, moment):
    """Not by SMS either, which knows no window; nor where the calendar ends."""
    one = talk(ago=5)
    Sender.objects.update(channel="sms")

    page = act(boss, "answer", one, text="Hola", later="1", at=moment)

    assertContains(page, "too far ahead")
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("hours", "reason"),
    [(3, ""), (-1, "The moment is over"), (9, "closes before that moment")],
)
def test_an_answer_leaves_at_the_moment_that_was_chosen(boss, at_noon, talk, hours, reason):
    one = talk(ago=5, window_expires_at=at_noon + timedelta(hours=8))
    chosen = timezone.localtime(at_noon + timedelta(hours=hours))

    page = act(boss, "answer", one, text="Hola", later="1", at=f"{chosen:%Y-%m-%dT%H:%M}")

    due = [each.due_at for each in Delivery.objects.all()]
    assert due == ([] if reason else [chosen.replace(second=0, microsecond=0)])
    assertContains(page, reason or "leaves ")


def test_without_a_moment_nothing_is_scheduled(boss, at_noon, talk):
    page = act(boss, "answer", talk(ago=5), text="Hola", later="1", at="mañana")

    assertContains(page, "Choose a day and a time.")
    assert not Delivery.objects.exists()
