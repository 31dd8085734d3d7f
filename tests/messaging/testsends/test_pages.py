import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from contacts.models import Contact, Vehicle
from messaging.approvals.following import new_template
from messaging.delivery.models import Delivery
from waproject.accounts.actors import SYSTEM

pytestmark = pytest.mark.django_db

MINE = "+56961234567"


def page_of(template) -> str:
    return reverse("admin:messaging_template_test", args=[template.pk])


def test_page_remembers_the_number(boss, superuser, template, sender):
    superuser.test_phone = MINE
    superuser.save()

    assertContains(boss.get(page_of(template)), f'value="{MINE}"')


def test_test_has_the_values_of_the_person_that_was_named(boss, template, sender, contact):
    Contact.objects.create(phone="+56975400947", name="Rosa")

    page = boss.post(
        page_of(template), {"sender": sender.pk, "phone": MINE, "person": "Juan"}, follow=True
    )

    assertContains(page, "The test is on its way to +56961234567.")
    assert Delivery.objects.get().body.startswith("Hola Juan Pérez,")


def test_without_a_name_it_is_somebody_with_a_vehicle(boss, template, sender, contact):
    rosa = Contact.objects.create(phone="+56975400947", name="Rosa")
    Vehicle.objects.create(contact=rosa, make="Kia", model="Rio", year=2019)

    boss.post(page_of(template), {"sender": sender.pk, "phone": MINE})

    assert Delivery.objects.get().body.startswith("Hola Rosa,")


def test_missing_value_shows_its_example(boss, sender):
    template = new_template(
        "feria",
        by=SYSTEM,
        content_sid="HX" + "b" * 32,
        body="Hola, la {{ patente }} vence. Responde BAJA para no recibir más.",
        variables={"patente": {"source": "custom.patente", "example": "ABCD-12"}},
    )

    boss.post(page_of(template), {"sender": sender.pk, "phone": MINE})

    waiting = Delivery.objects.get()
    assert waiting.body.startswith("Hola, la ABCD-12 vence.")
    assert waiting.variables == {"patente": "ABCD-12"}


def test_nobody_of_that_name_is_said(boss, template, sender):
    page = boss.post(page_of(template), {"sender": sender.pk, "phone": MINE, "person": "Zoe"})

    assert page.context["form"].errors["person"] == ["There is no such person."]


def test_refusal_stands_above_the_form(boss, template, sender):
    page = boss.post(page_of(template), {"sender": sender.pk, "phone": "12"})

    assert page.context["form"].non_field_errors()
    assert not Delivery.objects.exists()


def test_who_may_not_see_people_sends_nobodys_values(allow, template, sender, contact):
    client = allow("send_test", "view_template")

    client.post(page_of(template), {"sender": sender.pk, "phone": MINE, "person": "Juan"})

    assert Delivery.objects.get().body.startswith("Hola Vendedor,")
