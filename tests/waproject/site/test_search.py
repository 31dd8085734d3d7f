"""The search over everything, for each reader what they may see."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from contacts.models import Contact
from messaging.approvals.following import new_template
from messaging.models import Conversation
from tests.factories.messages import message
from tests.factories.people import people
from tests.factories.users import permit_all_but, permit_only
from waproject.accounts.models import User

pytestmark = pytest.mark.django_db

SEARCH = reverse("admin:search")


def found(client: Client, text: str) -> dict[str, list[str]]:
    page = client.get(SEARCH, {"q": text})
    return {str(kind.label): [hit.title for hit in kind.hits] for kind in page.context["found"]}


@pytest.fixture
def ana(db) -> Contact:
    return Contact.objects.create(phone="+56967598229", name="Ana Núñez")


def test_people_are_found_by_name_without_accents(boss, ana, contact):
    assert found(boss, "nunez") == {"People": ["Ana Núñez"]}


def test_people_are_found_by_the_last_digits(boss, ana, contact):
    assert found(boss, "98229") == {"People": ["Ana Núñez"]}
    assert found(boss, "9 8229") == {"People": ["Ana Núñez"]}


def test_people_are_found_by_the_start_of_a_phone(boss, ana, contact):
    assert found(boss, "9 6759") == {"People": ["Ana Núñez"]}


def test_three_digits_are_no_end_of_a_phone(boss, ana):
    assert found(boss, "229") == {}


def test_conversations_are_those_of_the_people(boss, ana, sender):
    Conversation.objects.create(sender=sender, contact=ana, last_message_body="Hola")

    assert found(boss, "nunez") == {"People": ["Ana Núñez"], "Conversations": ["Ana Núñez"]}


def test_campaigns_and_templates_are_found_by_words(boss, campaign, template):
    assert found(boss, campaign.name)["Campaigns"] == [campaign.name]
    assert found(boss, template.name)["Templates"] == [template.name]


def test_templates_are_found_by_their_text_without_accents(boss, superuser):
    new_template("cita", by=superuser, body="Tu revisión técnica vence pronto.")

    assert found(boss, "tecnica REVISION") == {"Templates": ["cita"]}


def test_many_people_lead_to_the_list(boss):
    people(9)
    Contact.objects.update(name="Pedro")

    page = boss.get(SEARCH, {"q": "pedro"})
    [kind] = page.context["found"]

    assert len(kind.hits) == 8
    assert kind.more_url == f"{reverse('admin:contacts_contact_changelist')}?q=pedro"


def test_who_may_not_see_people_finds_none(staff: User, client: Client, ana, campaign):
    permit_only(staff, "view_campaign")
    client.force_login(staff)

    assert found(client, "nunez") == {}


def test_who_reads_masked_addresses_finds_nobody_by_some_digits(staff, client, ana):
    permit_all_but(staff, "view_full_address")
    client.force_login(staff)

    assert found(client, "98229") == {}
    assert "67598229" not in client.get(SEARCH, {"q": "nunez"}).text


def test_one_letter_is_not_searched(boss, ana):
    assert found(boss, "a") == {}


def test_an_odd_text_breaks_nothing(boss, ana):
    for text in ("\x00\x00", "%", "[*?", "a" * 500, "'; --"):
        assert boss.get(SEARCH, {"q": text}).status_code == 200


def test_what_people_wrote_is_looked_for_in_the_inbox(boss, staff, client, ana, sender):
    now = timezone.now()
    talk = Conversation.objects.create(
        sender=sender, contact=ana, last_message_at=now, last_inbound_at=now
    )
    message(ana, now, conversation=talk, body="¿Y el precio & año?")
    link = f"{reverse('admin:inbox')}?view=all&amp;q=precio%20%26%20a%C3%B1o"

    assertContains(boss.get(SEARCH, {"q": "precio & año"}), f'href="{link}"')
    assertContains(boss.get(link.replace("&amp;", "&")), "Ana Núñez")

    permit_only(staff, "view_conversation")
    client.force_login(staff)
    assertNotContains(
        client.get(SEARCH, {"q": "precio"}), reverse("admin:inbox") + "?view=all&amp;q="
    )
