"""The test of a draft on one's own phone."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from contacts.models import Contact
from messaging.delivery.models import Delivery
from tests.campaigns.admin.test_actions import preflight_of

MINE = "+56961234567"


def page_for(campaign) -> str:
    return reverse("admin:campaigns_campaign_test", args=[campaign.pk])


def test_test_is_what_the_chosen_person_will_read(boss, to_everyone, contact):
    rosa = Contact.objects.create(phone="+56975400947", name="Rosa")

    page = boss.post(page_for(to_everyone), {"contact": rosa.pk, "phone": MINE}, follow=True)

    assertContains(page, "The test is on its way to +56961234567.")
    waiting = Delivery.objects.get()
    assert (waiting.address, waiting.stream.kind) == (MINE, "test")
    assert waiting.body.startswith("Hola Rosa,")


def test_who_left_the_audience_cannot_be_chosen(boss, draft):
    stranger = Contact.objects.create(phone="+56975400947", name="Rosa")

    page = boss.post(page_for(draft), {"contact": stranger.pk, "phone": MINE}, follow=True)

    assertContains(page, "This person is not in the audience any more.")
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("contact_id", ["", "x", "999999", "9" * 30, "9" * 5_000])
def test_nonsense_is_refused_in_words(boss, draft, contact_id):
    page = boss.post(page_for(draft), {"contact": contact_id, "phone": MINE}, follow=True)

    assertContains(page, "Choose another.")


def test_review_offers_it_with_the_number_of_last_time(boss, superuser, draft):
    superuser.test_phone = MINE
    superuser.save()

    assertContains(boss.get(preflight_of(draft)), f'value="{MINE}"')


def test_review_does_not_offer_it_without_the_right(allow, draft):
    rights = ("view_campaign", "view_contact", "view_full_address")

    assertNotContains(allow(*rights).get(preflight_of(draft)), "To my number")
    assertContains(allow(*rights, "send_test").get(preflight_of(draft)), "To my number")
