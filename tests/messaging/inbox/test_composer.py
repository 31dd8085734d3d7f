"""The composer: taking an answer back, later sends, templates, quick answers, drafts."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from contacts.models import Vehicle
from messaging.answers import CannotAnswer, answer, take_back, waiting_answers
from messaging.approvals.following import new_template
from messaging.delivery import jobs
from messaging.inbox.models import CannedAnswer, Draft
from messaging.inbox.reading.canned import canned_for
from messaging.inbox.templates import offers, send_template
from messaging.models import Conversation, Delivery, Message, Template
from optouts.operations import opt_out
from tests.factories.files import png
from tests.messaging.inbox.conftest import act
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event


def test_an_answer_can_be_taken_back_for_five_seconds(boss, talk, simulator):
    one = talk("¿Cuánto cuesta?")
    shown = act(boss, "answer", one, text="Cinco", answer_token="x")
    assertContains(shown, "Take back")
    waiting = waiting_answers(one).get()

    undone = act(boss, "undo", one, delivery=waiting.pk)

    assertContains(undone, "Cinco</textarea>")
    wrote = one.last_inbound_at
    one.refresh_from_db()
    assert (Delivery.objects.count(), one.waiting_since) == (0, wrote)
    jobs.send_from(one.sender_id)
    assert simulator.journal == []


def test_a_colleagues_answer_comes_back_masked_to_who_reads_addresses_so(allow, talk, superuser):
    one, masked = talk(), allow("view_conversation", "change_conversation", "view_contact")
    answer(one.pk, "Al +56975400946", by=superuser, due_at=timezone.now() + timedelta(hours=1))

    undone = act(masked, "undo", one, delivery=waiting_answers(one).get().pk)

    assert not Delivery.objects.exists()
    assertNotContains(undone, "+56975400946")
    assertContains(undone, "has to be written again: “Al ")
    assert "Al " not in undone.content.decode().partition("<textarea")[2].partition("</textarea")[0]


def test_ones_own_answer_comes_back_as_written_to_who_reads_addresses_masked(allow, talk):
    one, masked = talk(), allow("view_conversation", "change_conversation", "view_contact")
    act(masked, "answer", one, text="Al +56975400946", answer_token="x")

    undone = act(masked, "undo", one, delivery=waiting_answers(one).get().pk)

    assertContains(undone, "Al +56975400946</textarea>")


def test_what_was_resolved_with_an_answer_opens_again_with_it(boss, talk):
    one = talk()
    act(boss, "answer", one, text="Gracias", answer_token="x", resolve="1")

    act(boss, "undo", one, delivery=waiting_answers(one).get().pk)

    wrote = one.last_inbound_at
    one.refresh_from_db()
    assert (one.status, one.resolved_at, one.waiting_since) == ("open", None, wrote)


def test_what_was_resolved_later_stays_so(boss, talk):
    one = talk()
    answer(one.pk, "Gracias", by=SYSTEM, due_at=timezone.now() + timedelta(hours=2))
    Delivery.objects.update(asked_at=timezone.now() - timedelta(hours=1))
    act(boss, "status", one, status="resolved")

    act(boss, "undo", one, delivery=waiting_answers(one).get().pk)

    one.refresh_from_db()
    assert (one.status, one.waiting_since) == ("resolved", None)


def test_nobody_waits_again_who_has_another_answer(talk, superuser, simulator):
    one, later = talk(), timezone.now() + timedelta(hours=9)
    answer(one.pk, "Cinco", by=superuser)

    for _time in ("while it waits", "when it has left"):
        answer(one.pk, "Mañana", by=superuser, due_at=later)
        take_back(one.pk, waiting_answers(one).get(body="Mañana").pk, by=superuser)
        one.refresh_from_db()
        assert one.waiting_since is None
        jobs.send_from(one.sender_id)

    assert Message.objects.outbound().get().body == "Cinco"


def test_what_was_taken_back_can_be_sent_from_the_same_page(boss, talk):
    one = talk()
    act(boss, "answer", one, text="Cinco", answer_token="x")
    act(boss, "undo", one, delivery=waiting_answers(one).get().pk)

    act(boss, "answer", one, text="Cinco", answer_token="x")

    assert waiting_answers(one).count() == 1


def test_an_answer_is_not_claimed_before_its_five_seconds_are_over(boss, talk, simulator):
    one = talk()
    act(boss, "answer", one, text="Cinco", answer_token="x")

    due = Delivery.objects.get().due_at - timezone.now()

    assert timedelta(seconds=3) < due <= timedelta(seconds=5)


@pytest.mark.parametrize("state", ["claimed", "uncertain"])
def test_an_answer_that_is_leaving_is_not_taken_back(talk, state):
    one = talk()
    answer(one.pk, "Cinco", by=SYSTEM)
    now = timezone.now()
    Delivery.objects.update(state=state, claimed_at=now, lease_until=now)

    with pytest.raises(CannotAnswer, match="left"):
        take_back(one.pk, Delivery.objects.get().pk, by=SYSTEM)

    assert Delivery.objects.count() == 1


def test_an_answer_of_another_conversation_is_not_taken_back(talk):
    one, other = talk(), talk()
    answer(one.pk, "Cinco", by=SYSTEM)

    with pytest.raises(CannotAnswer):
        take_back(other.pk, Delivery.objects.get().pk, by=SYSTEM)


def test_an_answer_can_be_sent_and_the_conversation_resolved(boss, talk):
    one = talk()

    act(boss, "answer", one, text="Gracias", answer_token="x", resolve="1")

    one.refresh_from_db()
    assert (one.status, waiting_answers(one).count()) == ("resolved", 1)


def test_the_head_counts_down_in_hours_and_minutes(boss, at_noon, talk):
    one = talk(ago=5, window_expires_at=at_noon + timedelta(hours=8, minutes=5))

    page = boss.get(reverse("admin:inbox"), {"talk": one.pk})

    window = page.context["talk"].window
    assert (window.left, window.seconds) == ("8:05", 8 * 3_600 + 300)


@pytest.fixture
def shut(talk, template) -> Conversation:
    """A conversation whose window is over, and an approved template."""
    Template.objects.update(in_use=template.current, category="utility")
    return talk("Hola", name="Ana Rojas", window_expires_at=timezone.now() - timedelta(hours=1))


def test_where_the_window_is_shut_templates_are_offered_as_the_person_would_read_them(boss, shut):
    page = boss.get(reverse("admin:inbox"), {"talk": shut.pk})

    assertContains(page, "An approved template can be sent")
    [offer] = offers(shut)
    assert (offer.template.name, "Ana" in offer.text, offer.lacks) == ("promo", True, "")


def test_a_template_leaves_before_all_else_and_ends_the_wait(boss, shut, template, superuser):
    act(boss, "template", shut, template=template.pk)

    sent = Delivery.objects.select_related("stream").get()
    assert (sent.stream.purpose, sent.stream.kind) == ("service", "answer")
    assert (sent.template_version, sent.asked_by) == (template.current, superuser)
    shut.refresh_from_db()
    assert shut.waiting_since is None
    assert Event.objects.get().action == "inbox.template"


def test_a_template_reaches_the_log_as_what_the_person_saw(shut, template, simulator, superuser):
    send_template(shut.pk, template.pk, by=superuser)

    jobs.send_from(shut.sender_id)

    message = Message.objects.outbound().get()
    assert (message.template_version, message.content["by"]) == (template.current, superuser.pk)


def test_two_clicks_on_a_template_send_it_once(boss, shut, template):
    for _click in range(2):
        act(boss, "template", shut, template=template.pk, answer_token="x")
    assert Delivery.objects.count() == 1

    act(boss, "template", shut, template=template.pk, answer_token="y")
    assert Delivery.objects.count() == 2


def test_a_template_that_is_taken_back_is_no_text_to_write_on(boss, shut, template):
    act(boss, "template", shut, template=template.pk, answer_token="x")

    undone = act(boss, "undo", shut, delivery=waiting_answers(shut).get().pk)

    assert undone.context["notice"].unsent == ""
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("category", "purpose"), [("marketing", "marketing"), ("utility", "service")]
)
def test_what_a_template_is_for_decides_to_whom_it_may_go(shut, template, category, purpose):
    Template.objects.update(category=category)

    send_template(shut.pk, template.pk, by=SYSTEM)

    assert Delivery.objects.get().stream.purpose == purpose


def test_nobody_who_opted_out_gets_a_template(boss, shut, template):
    opt_out(shut.contact, reason="manual", note="por teléfono")

    refused = act(boss, "template", shut, template=template.pk)

    assertContains(refused, "may not be written to")
    assert not Delivery.objects.exists()


def test_a_template_of_which_the_person_lacks_a_value_is_refused_and_named(boss, shut):
    lacking = new_template(
        "taller", by=SYSTEM, status="approved", content_sid="HX" + "b" * 32, body="Tu {{patente}}."
    )
    Template.objects.filter(pk=lacking.pk).update(in_use=lacking.current)

    refused = act(boss, "template", shut, template=lacking.pk)

    assertContains(refused, "no value for: patente")
    assert [one.lacks for one in offers(shut)] == ["", "patente"]
    assert not Delivery.objects.exists()


def test_a_template_that_needs_what_a_campaign_says_is_left_to_campaigns(boss, shut):
    asking = new_template(
        "feria",
        by=SYSTEM,
        status="approved",
        content_sid="HX" + "c" * 32,
        body="Es el {{dia}}.",
        variables={"dia": {"source": "campaign", "example": "lunes"}},
    )
    Template.objects.filter(pk=asking.pk).update(in_use=asking.current)

    refused = act(boss, "template", shut, template=asking.pk)

    assertContains(refused, "Only campaigns send it: each one says dia.")
    assert [(one.lacks, one.asks) for one in offers(shut)] == [("", "dia"), ("", "")]
    assert not Delivery.objects.exists()


def test_a_template_that_is_not_approved_any_more_is_refused(boss, shut, template):
    Template.objects.update(status="paused")

    refused = act(boss, "template", shut, template=template.pk)

    assertContains(refused, "not approved any more")


def test_quick_answers_have_the_persons_values_and_the_writers_name(talk, superuser):
    one = talk(name="Ana Rojas")
    Vehicle.objects.create(contact=one.contact, make="Kia", model="Rio", year=2019)
    CannedAnswer.objects.all().delete()
    CannedAnswer.objects.create(
        shortcut="hola", text="Hola {{nombre}}, soy {{agente}}. ¿Tu {{modelo}} y {{patente}}?"
    )
    CannedAnswer.objects.create(shortcut="vieja", text="No", active=False)

    [found] = canned_for(one, superuser)

    assert found["shortcut"] == "hola"
    assert found["text"] == "Hola Ana, soy jefa. ¿Tu Rio y {{patente}}?"


def test_quick_answers_tell_no_phone_to_who_reads_it_masked(boss, allow, talk):
    one = talk()
    CannedAnswer.objects.create(shortcut="fono", text="¿Su número es {{telefono}}?")

    def told(browser):
        page = browser.get(reverse("admin:inbox"), {"talk": one.pk})
        return {found["shortcut"]: found["text"] for found in page.context["canned"]}["fono"]

    assert told(boss) == f"¿Su número es {one.contact.phone}?"
    masked = allow("view_conversation", "change_conversation", "view_contact")
    assert told(masked) == "¿Su número es {{telefono}}?"


def test_a_new_business_has_quick_answers_to_begin_with(db):
    assert "hola" in CannedAnswer.objects.values_list("shortcut", flat=True)


def test_a_draft_is_there_when_one_comes_back_and_only_for_its_writer(boss, talk, staff):
    one = talk()
    url = reverse("admin:inbox_draft", args=[one.pk])
    Draft.objects.create(user=staff, conversation=one, text="De otro", at=timezone.now())

    assert boss.post(url, {"text": "A medias"}).status_code == 204

    page = boss.get(reverse("admin:inbox"), {"talk": one.pk})
    assertContains(page, "A medias</textarea>")
    assertNotContains(page, "De otro")


def test_a_draft_that_comes_after_its_answer_is_none(boss, talk):
    one = talk()
    act(boss, "answer", one, text="Entera", answer_token="x")

    boss.post(
        reverse("admin:inbox_draft", args=[one.pk]), {"text": "Entera\r\n", "answer_token": "x"}
    )

    assert not Draft.objects.exists()


def test_a_draft_that_comes_after_its_answer_with_a_file_is_none(boss, talk):
    one = talk()
    file = SimpleUploadedFile("auto.png", png(), content_type="image/png")
    act(boss, "answer", one, text="Entera", answer_token="x", file=file)

    boss.post(reverse("admin:inbox_draft", args=[one.pk]), {"text": "Entera", "answer_token": "x"})

    assert Delivery.objects.count() == 1
    assert not Draft.objects.exists()


def test_a_draft_goes_when_it_is_sent_or_emptied(boss, talk, superuser):
    one = talk()
    url = reverse("admin:inbox_draft", args=[one.pk])
    boss.post(url, {"text": "A medias"})
    boss.post(url, {"text": " "})
    assert not Draft.objects.exists()

    boss.post(url, {"text": "A medias"})
    act(boss, "answer", one, text="Entera", answer_token="x")

    assert not Draft.objects.exists()
