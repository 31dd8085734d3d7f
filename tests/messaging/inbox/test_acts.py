"""What staff post from the conversation that is open."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from contacts.models import Tag
from messaging.inbox.models import Closing, Draft, Entry, NextStep, Outcome
from messaging.models import Conversation, Delivery
from optouts.models import Hold, OptOut
from tests.messaging.inbox.conftest import act, page_of
from waproject.audit.models import Event


def test_without_scripts_an_act_leads_back_to_the_conversation(boss, talk):
    one = talk()
    url = reverse("admin:inbox_status", args=[one.pk], query={"view": "mine"})

    answer = boss.post(url, {"status": "resolved"})

    assert answer.url == f"{reverse('admin:inbox')}?talk={one.pk}&view=mine"
    one.refresh_from_db()
    assert (one.status, one.waiting_since, bool(one.resolved_at)) == ("resolved", None, True)


@pytest.mark.parametrize(
    ("name", "posted", "column", "value"),
    [("read", {}, "unread_count", 0), ("status", {"status": "spam"}, "status", "spam")],
)
def test_an_act_is_logged(boss, talk, name, posted, column, value):
    one = talk()

    act(boss, name, one, **posted)

    one.refresh_from_db()
    assert (getattr(one, column), Event.objects.count()) == (value, 1)


def test_what_was_read_can_be_made_unread_again(boss, talk):
    one = talk(unread_count=0)

    act(boss, "unread", one)

    one.refresh_from_db()
    assert one.unread_count == 1


def test_a_conversation_is_given_and_given_back(boss, talk, superuser):
    one = talk()

    act(boss, "assign", one, to=superuser.pk)
    one.refresh_from_db()
    assert one.assignee == superuser

    act(boss, "assign", one, to="")
    one.refresh_from_db()
    assert one.assignee is None


@pytest.mark.parametrize("chosen", ["77", "x", "staff"])
def test_a_conversation_goes_to_nobody_who_does_not_answer(boss, talk, superuser, staff, chosen):
    one = talk(assignee=superuser)

    answer = act(boss, "assign", one, to=staff.pk if chosen == "staff" else chosen)

    assertContains(answer, "does not answer any more")
    one.refresh_from_db()
    assert one.assignee == superuser


def test_a_second_click_gives_and_notes_nothing_twice(boss, talk, superuser):
    one = talk()

    for _click in range(2):
        act(boss, "assign", one, to=superuser.pk)
    for _click in range(2):
        act(boss, "answer", one, kind="note", text="Tasar")

    assert list(Entry.objects.order_by("pk").values_list("kind", flat=True)) == ["assigned", "note"]
    assert Event.objects.count() == 2


def test_the_same_note_a_minute_later_is_another_one(boss, talk):
    one = talk()
    act(boss, "answer", one, kind="note", text="Llamé")
    Entry.objects.update(at=timezone.now() - timedelta(minutes=1))

    act(boss, "answer", one, kind="note", text="Llamé")

    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "posted"),
    [
        ("answer", {"text": "Ho\x00la", "answer_token": "x"}),
        ("answer", {"kind": "note", "text": "Ho\x00la"}),
        ("draft", {"text": "Ho\x00la"}),
        ("step", {"text": "Ho\x00la", "due_on": "2090-01-01"}),
    ],
)
def test_what_no_database_takes_is_left_out(boss, talk, name, posted):
    shown = act(boss, name, talk(), **posted)

    assert shown.status_code in (200, 204)
    kept = [*Delivery.objects.values_list("body", flat=True)]
    kept += [
        text
        for model in (Entry, Draft, NextStep)
        for text in model.objects.values_list("text", flat=True)
    ]
    assert set(kept) == {"Hola"}


def test_a_text_that_is_too_long_is_not_cut_but_given_back(boss, talk):
    text = "a" * 1_601

    answer = act(boss, "answer", talk(), text=text, answer_token="x")

    assertContains(answer, "too long")
    assertContains(answer, f"{text}</textarea>")
    assert not Delivery.objects.exists()


def test_a_conversation_that_goes_at_this_moment_is_not_found(boss, talk, monkeypatch):
    one = talk()
    gone = Conversation.objects.filter(pk=one.pk)
    monkeypatch.setattr(
        "messaging.inbox.pages.answering.text_of", lambda _request: gone.delete() and "Sí"
    )

    assert act(boss, "answer", one, answer_token="x").status_code == 404


@pytest.mark.parametrize(("decision", "is_out"), [("opt_out", True), ("keep", False)])
def test_a_held_message_is_decided_in_the_conversation(boss, talk, decision, is_out):
    one = talk("ya no quiero")
    held = Hold.objects.create(contact=one.contact, text="ya no quiero", held_at=timezone.now())
    assertContains(page_of(boss, one), "note-warn")

    act(boss, "decide", one, decision=decision, hold=held.pk)

    held.refresh_from_db()
    assert (held.decision, OptOut.objects.exists()) == (decision, is_out)


def test_a_decision_is_on_the_message_that_was_read(boss, talk):
    one = talk("ya no quiero")
    read = Hold.objects.create(contact=one.contact, text="ya no quiero", held_at=timezone.now())
    newer = Hold.objects.create(contact=one.contact, text="basta", held_at=timezone.now())

    act(boss, "decide", one, decision="keep", hold=read.pk)

    read.refresh_from_db()
    newer.refresh_from_db()
    assert (read.decision, newer.decision) == ("keep", "")


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("$ 13.990.000", 13_990_000),
        ("13.990.000,50", 13_990_000.5),
        ("500,5", 500.5),
        ("500.50", 500.5),
        ("5", 5),
    ],
)
def test_a_sale_is_resolved_with_its_amount_as_people_write_it(boss, talk, typed, amount):
    one, sold = talk(), Outcome.objects.get(code="sold")

    act(boss, "close", one, outcome=sold.pk, amount=typed)

    assert float(Closing.objects.get().amount) == amount


@pytest.mark.parametrize("typed", ["mucho", "13.99.000", "13,990,000", "-5", ""])
def test_a_sale_without_an_amount_stays_open_and_says_what_lacks(boss, talk, typed):
    one, sold = talk(), Outcome.objects.get(code="sold")

    answer = act(boss, "close", one, outcome=sold.pk, amount=typed)

    assertContains(answer, "Write the amount of the sale.")
    assert not Closing.objects.exists()


def test_tags_and_the_next_step_are_set_from_the_card(boss, talk):
    one, vip = talk(), Tag.objects.create(name="VIP")

    act(boss, "tags", one, talk_tag=vip.pk, person_tag=vip.pk)
    answer = act(boss, "step", one, text="Llamar", due_on=timezone.localdate().isoformat())

    assertContains(answer, "Llamar")
    assert (list(one.tags.all()), list(one.contact.tags.all())) == ([vip], [vip])
    act(boss, "step", one, done="1")
    assert not NextStep.objects.exists()


def test_tags_that_the_page_did_not_offer_and_those_of_a_colleague_stay(boss, talk):
    one = talk()
    mine, theirs, hidden = (Tag.objects.create(name=name) for name in ("A", "B", "Z"))
    one.contact.tags.add(mine, theirs, hidden)

    act(boss, "tags", one, person_tag=[], person_tag_was=[mine.pk])

    assert set(one.contact.tags.all()) == {theirs, hidden}


def test_a_page_says_which_of_the_tags_that_it_offers_were_ticked(boss, talk, monkeypatch):
    monkeypatch.setattr("messaging.inbox.pages.views.MOST_OFFERED", 1)
    one = talk()
    offered, hidden = Tag.objects.create(name="A"), Tag.objects.create(name="Z")
    one.contact.tags.add(offered, hidden)

    page = page_of(boss, one).content.decode()

    assert f'name="person_tag_was" value="{offered.pk}"' in page
    assert f'name="person_tag_was" value="{hidden.pk}"' not in page


def test_who_may_not_change_people_tags_the_conversation_alone(allow, talk):
    one, vip = talk(), Tag.objects.create(name="VIP")
    browser = allow("view_conversation", "change_conversation", "view_contact")

    act(browser, "tags", one, talk_tag=vip.pk, person_tag=vip.pk)

    assert (list(one.tags.all()), list(one.contact.tags.all())) == ([vip], [])


@pytest.mark.parametrize("day", ["", "2026-02-30", "ayer"])
def test_a_day_that_is_none_is_asked_for_again(boss, talk, day):
    answer = act(boss, "step", talk(), text="Llamar", due_on=day)

    assertContains(answer, "Choose a day.")


def test_what_is_done_in_the_table_stands_in_the_conversations(boss, superuser, talk):
    several = [talk(), talk()]
    table = reverse("admin:messaging_conversation_changelist")
    chosen = {"_selected_action": [one.pk for one in several]}

    for action in ("assign_to_me", "close"):
        boss.post(table, {"action": action, **chosen})

    for one in several:
        entries = Entry.objects.filter(conversation=one)
        assert list(entries.values_list("kind", "by")) == [
            ("assigned", superuser.pk),
            ("status", superuser.pk),
        ]
