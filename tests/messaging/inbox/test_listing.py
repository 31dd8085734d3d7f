"""The list of the inbox: its views, filters, search and pages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts.models import Tag
from messaging.inbox.models import NextStep
from messaging.inbox.reading.listing import PAGE, whole
from messaging.inbox.reading.shelves import on_shelf, shelf_named
from messaging.models import Conversation, Message, Sender
from optouts.models import Hold
from tests.messaging.inbox.conftest import names
from waproject.site.home.counts import counts


@pytest.fixture
def several(talk, superuser, staff) -> None:
    """A conversation of each kind."""
    talk(name="Nueva", ago=1)
    talk(name="Mía", ago=2, unread_count=0, assignee=superuser)
    talk(name="Ajena", ago=3, unread_count=0, assignee=staff)
    talk(name="Pide", ago=4, unread_count=0, wants_human=True)
    talk(name="Pendiente", ago=5, unread_count=0, status="pending")
    talk(name="Resuelta", ago=6, unread_count=0, status="resolved")
    talk(name="Spam", ago=7, unread_count=0, status="spam")
    talk(name="Callada", ago=8, unread_count=0, last_inbound_at=None, waiting_since=None)
    held = talk(name="Retenida", ago=9, unread_count=0)
    Hold.objects.create(contact=held.contact, text="ya no quiero", held_at=timezone.now())


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("unread", ["Nueva"]),
        ("mine", ["Mía"]),
        ("all", ["Nueva", "Mía", "Ajena", "Pide", "Pendiente", "Resuelta", "Retenida"]),
        ("unassigned", ["Nueva", "Pide", "Pendiente", "Retenida"]),
        ("asking", ["Pide"]),
        ("held", ["Retenida"]),
        ("pending", ["Pendiente"]),
        ("resolved", ["Resuelta"]),
        ("spam", ["Spam"]),
        ("silent", ["Callada"]),
        ("nonsense", ["Nueva"]),
    ],
)
def test_a_view_shows_its_conversations_newest_first(boss, several, view, shown):
    assert names(boss, view=view) == shown


def test_the_views_say_how_many_wait_in_each(boss, several):
    page = boss.get(reverse("admin:inbox"))

    numbers = {
        one.name: number for one, _query, number in [*page.context["tabs"], *page.context["pills"]]
    }
    assert numbers == {
        "unread": "1",
        "mine": "1",
        "all": "",
        "unassigned": "4",
        "asking": "1",
        "late": "",
        "held": "1",
        "due": "",
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [("perez", ["José Pérez"]), ("camión rojo", ["Ana"]), ("camion azul", []), ("xyz", [])],
)
def test_search_finds_names_and_words_that_people_wrote(boss, talk, text, shown):
    talk("Hola", name="José Pérez")
    talk("Busco un Camion ROJO usado", name="Ana")

    assert names(boss, q=text) == shown


def test_search_finds_a_phone(boss, talk):
    wanted = talk(name="Ana")
    talk(name="Eva")

    assert names(boss, q=wanted.contact.phone) == ["Ana"]


def test_digits_in_texts_are_not_searched_by_who_reads_addresses_masked(allow, talk):
    talk("escríbeme al correo ana2019", name="Ana")
    browser = allow("view_conversation", "view_contact")

    assert (names(browser, q="ana2019"), names(browser, q="correo")) == ([], ["Ana"])


def test_filters_narrow_the_list_by_tag_campaign_and_sender(boss, talk, campaign):
    tagged, answering, elsewhere = talk(name="Ana"), talk(name="Eva"), talk(name="Ida")
    of_person = talk(name="Olga")
    vip = Tag.objects.create(name="VIP")
    tagged.tags.add(vip)
    of_person.contact.tags.add(vip)
    Message.objects.filter(conversation=answering).update(campaign_id=campaign.pk)
    other = Sender.objects.create(name="Taller", channel="sms", address="+56221111111")
    Conversation.objects.filter(pk=elsewhere.pk).update(sender=other)

    assert names(boss, tag=vip.pk) == ["Olga", "Ana"]
    assert names(boss, campaign=campaign.pk) == ["Eva"]
    assert names(boss, sender=other.pk) == ["Ida"]


def test_the_list_goes_on_where_the_page_ended_though_new_ones_come(boss, talk):
    at = timezone.now() - timedelta(hours=1)
    for number in range(PAGE + 3):
        talk(name=f"Persona {number:02}")
    Conversation.objects.update(last_inbound_at=at)  # all at once: the id tells them apart
    first = boss.get(reverse("admin:inbox")).context["listing"]
    talk(name="Más nueva")

    second = boss.get(reverse("admin:inbox_list"), {"after": first.further}).context["listing"]

    assert [row.name for row in second.rows] == ["Persona 02", "Persona 01", "Persona 00"]
    assert (len(first.rows), second.further) == (PAGE, "")


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_asks_as_much_for_one_row_as_for_many(boss, talk, rows, django_assert_num_queries):
    for _ in range(rows):
        talk()
    boss.get(reverse("admin:inbox_list"))

    with django_assert_num_queries(7):
        boss.get(reverse("admin:inbox_list"))


def test_a_row_says_what_is_to_be_known_before_it_is_opened(boss, talk):
    now = timezone.now()
    talk(ago=125, wants_human=True, window_expires_at=now + timedelta(minutes=40, seconds=30))

    [row] = boss.get(reverse("admin:inbox")).context["listing"].rows

    assert [(chip.words, chip.tone) for chip in row.chips] == [
        ("Asks for a person", "warn"),
        ("Waits 2 h 5 min", ""),
        ("40 min left", "warn"),
    ]


def test_a_picture_without_words_is_named_in_the_list(boss, talk):
    talk("", last_inbound_type="image")

    [row] = boss.get(reverse("admin:inbox")).context["listing"].rows

    assert row.said == "picture"


@pytest.mark.parametrize(
    ("minutes", "words"), [(0.2, "1 min"), (65, "1 h 5 min"), (60 * 24 * 3 + 70, "3 d")]
)
def test_a_wait_is_told_without_seconds(minutes, words):
    assert whole(timedelta(minutes=minutes)) == words


@pytest.mark.only_on("sqlite")  # PostgreSQL's plan for tables of a few rows may be any
@pytest.mark.parametrize(
    ("view", "index"),
    [
        ("unread", "inbox_unread"),
        ("mine", "inbox_of_somebody"),
        ("all", "inbox_of_all"),
        ("unassigned", "inbox_of_"),  # either has them in order
        ("asking", "inbox_asking_for_a_person"),
        ("due", "next_steps_by_day"),
    ],
)
def test_a_view_is_read_by_its_index(superuser, view, index):
    plan = on_shelf(shelf_named(view), superuser)[:PAGE].explain()

    assert index in plan


def test_a_next_step_is_due_where_nobody_spoke_and_not_in_spam(boss, talk):
    silent = talk(name="Callada", last_inbound_at=None, unread_count=0)
    spam, later = talk(name="Spam", status="spam"), talk(name="Mañana")
    today = timezone.localdate()
    for one, day in ((silent, today), (spam, today), (later, today + timedelta(days=1))):
        NextStep.objects.create(conversation=one, text="Llamar", due_on=day)

    assert names(boss, view="due") == ["Callada"]
    assert counts().due == 1
