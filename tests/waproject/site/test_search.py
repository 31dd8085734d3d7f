"""The search over everything, for each reader what they may see."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from contacts.models import Contact
from messaging.approvals.following import new_template
from messaging.models import Conversation, Message
from tests.factories.messages import message
from tests.factories.people import people, vehicle
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


@pytest.fixture
def wrote(ana, sender) -> Callable[..., Message]:
    """Ana writes in a conversation of hers with the sender, else in that of another person."""

    def write(body: str, *, by: Contact = ana) -> Message:
        now = timezone.now()
        talk, _is_new = Conversation.objects.get_or_create(sender=sender, contact=by)
        Conversation.objects.filter(pk=talk.pk).update(last_inbound_at=now)
        return message(by, now, conversation=talk, body=body)

    return write


def lines(client: Client, text: str) -> list[str]:
    """What the search shows of the messages in which somebody wrote this."""
    page = client.get(SEARCH, {"q": text})
    return [
        hit.detail
        for kind in page.context["found"]
        if str(kind.label) == "What people wrote"
        for hit in kind.hits
    ]


def test_messages_are_found_by_their_words_with_the_line_and_its_conversation(boss, wrote):
    said = wrote("Hola,\n¿cuál es el PRECIO de la camioneta? Tengo otra.")
    page = boss.get(SEARCH, {"q": "precio"})

    [kind] = page.context["found"]

    assert lines(boss, "precio camioneta")[0].endswith(
        ": Hola, ¿cuál es el PRECIO de la camioneta? Tengo otra."
    )
    assert [hit.title for hit in kind.hits] == ["Ana Núñez"]
    assert kind.hits[0].url == f"{reverse('admin:inbox')}?talk={said.conversation_id}"
    assert "latest 20,000 messages" in page.text


def test_a_long_message_is_shown_where_the_word_stands(boss, wrote):
    wrote("Buenas tardes. " * 20 + "Me interesa el crédito a 36 meses. " + "Gracias. " * 30)

    [line] = lines(boss, "credito")

    assert "el crédito a 36 meses" in line
    assert line.endswith("…")
    assert len(line) < 200


def test_a_conversation_is_named_once_by_its_newest_line(boss, wrote):
    for text in ("un precio", "otro precio"):
        wrote(text)

    [line] = lines(boss, "precio")

    assert line.endswith("otro precio")


def test_many_conversations_lead_to_the_inbox(boss, wrote):
    for one in people(9):
        wrote("¿Y el precio & año?", by=one)

    [kind] = boss.get(SEARCH, {"q": "precio & año"}).context["found"]

    assert len(kind.hits) == 8
    assertContains(boss.get(kind.more_url), 'id="inbox-list"')


def test_what_people_wrote_needs_the_right_to_see_conversations(staff, client, wrote):
    wrote("¿Y el precio?")
    for rights, count in ((["view_contact", "view_conversation"], 1), (["view_contact"], 0)):
        permit_only(staff, *rights)
        client.force_login(staff)
        assert len(lines(client, "precio")) == count
    permit_only(staff, "view_conversation")
    client.force_login(staff)
    assert lines(client, "precio") == []


def test_spam_is_not_found(boss, wrote):
    wrote("¿Y el precio?")
    Conversation.objects.update(status="spam")

    assert lines(boss, "precio") == []


def test_who_reads_masked_addresses_reads_none_in_a_line(staff, client, wrote):
    wrote("Mi número nuevo es +56 9 8765 4321, gracias")
    permit_all_but(staff, "view_full_address")
    client.force_login(staff)

    [line] = lines(client, "gracias")

    assert "4321" in line
    assert "8765" not in line
    assert lines(client, "número 8765") == []


def test_people_are_found_by_the_model_of_their_vehicle(boss, ana, contact):
    vehicle(ana, make="Hyundai", model="Tucson", year=2018)
    vehicle(contact, make="Hyundai", model="Accent", year=2018)

    [kind] = boss.get(SEARCH, {"q": "tucson"}).context["found"]

    assert (str(kind.label), [hit.title for hit in kind.hits]) == (
        "Owners of vehicles",
        ["Ana Núñez"],
    )
    assert kind.hits[0].detail == "Hyundai Tucson 2018, +56 9 6759 8229"


def test_owners_are_not_told_to_who_may_not_see_people(staff, client, ana):
    vehicle(ana, make="Hyundai", model="Tucson", year=2018)
    permit_only(staff, "view_vehicle")
    client.force_login(staff)

    assert found(client, "tucson") == {}


def test_many_owners_lead_to_the_list_that_has_them(boss):
    for one in people(9, name="Pedro"):
        vehicle(one, make="Hyundai", model="Tucson", year=2018)

    [kind] = boss.get(SEARCH, {"q": "tucson"}).context["found"]

    assert len(kind.hits) == 8
    assert boss.get(kind.more_url).context["cl"].result_count == 9


@pytest.mark.parametrize("rows", [1, 5])
def test_search_asks_a_fixed_number_of_queries(boss, wrote, rows, django_assert_max_num_queries):
    for one in people(rows, name="Tucson {}"):
        vehicle(one, make="Hyundai", model="Tucson", year=2018)
        wrote("¿Y la tucson?", by=one)

    with django_assert_max_num_queries(40):
        boss.get(SEARCH, {"q": "tucson"})
