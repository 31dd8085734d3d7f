"""The step “What” asks for what the chosen template wants of its campaign."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.models import Campaign
from messaging.delivery.models import Delivery
from tests.campaigns.launch.test_given_values import VARIABLES
from tests.templates import edit_and_approve
from waproject.audit.models import Event

PREVIEW = reverse("admin:campaigns_campaign_preview")
BODY = "Hola {{nombre}}, te esperamos el {{fecha}} en {{sucursal}}. Responde INFO."


@pytest.fixture
def event(draft) -> Campaign:
    edit_and_approve(draft.template, body=BODY, variables=VARIABLES)
    return Campaign.objects.get(pk=draft.pk)


def page_of(campaign) -> str:
    return reverse("admin:campaigns_campaign_change", args=[campaign.pk]) + "?step=what"


def sent(campaign, **values: str) -> dict[str, object]:
    named = {f"value-{name}": value for name, value in values.items()}
    chosen = {"template": campaign.template_id, "sender": campaign.sender_id}
    return {"step": "what", "_next": "1", **chosen, **named}


def test_the_step_asks_for_each_value_with_its_example(boss, event):
    page = boss.get(page_of(event))

    assertContains(page, 'name="value-fecha"')
    assertContains(page, "For example: sábado 12.")
    assertContains(page, "Left empty, it says “nuestro local”.")


def test_what_is_given_is_stored_and_logged(boss, event):
    boss.post(page_of(event), sent(event, fecha=" sábado  12 ", other="x"))

    assert Campaign.objects.get().template_values == {"fecha": "sábado 12"}
    assert Event.objects.latest("pk").after["template_values"] == {"fecha": "sábado 12"}


def test_a_missing_value_keeps_the_step_and_is_told_beside_its_field(boss, event):
    page = boss.post(page_of(event), sent(event, fecha="pronto"))

    assertContains(page, "Give what the template asks of this campaign")
    assertContains(page, "It has neither a date nor a time.")
    assertContains(page, 'value="pronto"')
    assert Campaign.objects.get().template_values == {}


def test_the_preview_shows_the_values_and_asks_for_those_of_another_template(boss, event):
    asked = {"campaign": event.pk, **sent(event, fecha="sábado 12"), "values_shown": ""}

    page = boss.post(PREVIEW, asked)
    again = boss.post(PREVIEW, {**asked, "values_shown": "fecha sucursal"})

    assertContains(page, "<mark>sábado 12</mark>")
    assertContains(page, 'id="campaign-values" class="part" hx-swap-oob="true"')
    assertNotContains(again, "campaign-values")


def test_the_preview_tells_what_the_campaign_does_not_say_from_what_a_person_lacks(boss, event):
    asked = {"campaign": event.pk, **sent(event), "values_shown": "fecha sucursal"}

    page = boss.post(PREVIEW, asked)

    assertContains(page, "The campaign does not say yet: fecha.")
    assertNotContains(page, "This person has nothing to show")


def test_a_template_that_asks_for_nothing_shows_no_fields(boss, draft):
    page = boss.get(page_of(draft))

    assertContains(page, '<section id="campaign-values" class="part" hidden>')
    assertNotContains(page, "What this campaign says")


def test_the_editor_shows_the_examples_of_such_values(boss, event):
    page = boss.get(reverse("admin:messaging_template_change", args=[event.template_id]))

    assertContains(page, "<mark>sábado 12</mark>")
    assertContains(page, "What each campaign says")


def test_the_test_send_uses_them(boss, to_everyone, contact):
    edit_and_approve(to_everyone.template, body=BODY, variables=VARIABLES)
    Campaign.objects.update(template_values={"fecha": "sábado 12"})

    boss.post(
        reverse("admin:campaigns_campaign_test", args=[to_everyone.pk]),
        {"contact": contact.pk, "phone": "+56961234567"},
    )

    assert "el sábado 12 en nuestro local" in Delivery.objects.get().body
