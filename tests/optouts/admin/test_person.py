"""What the page of a person says of their consent."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from contacts.person.parts import Bubble, gathered
from contacts.person.timeline import timeline
from optouts.operations import decide_hold, hold, opt_out, revoke
from tests.factories.users import permit_only

SAID = f"SM{'a' * 32}: no más mensajes"

pytestmark = pytest.mark.django_db


def told(contact, user) -> list:
    shown = timeline(contact, user, kind="consent")
    return [entry for period in shown.periods for entry in period.entries]


def test_opt_out_by_a_message_is_told_with_its_words(contact, superuser):
    opt_out(contact, reason="user_request", evidence=SAID)

    [entry] = told(contact, superuser)

    assert (entry.sentence, entry.details) == ("Opted out", [])
    assert entry.said == [Bubble("no más mensajes")]


def test_change_by_staff_names_who_recorded_it(contact, superuser):
    opt_out(contact, reason="import", evidence="bajas.csv")
    revoke(contact, source="staff", by=superuser, note="Lo pidió por teléfono")

    back, out = told(contact, superuser)

    assert (back.sentence, back.details) == (
        "May be written to again",
        ["Recorded by jefa", "Lo pidió por teléfono"],
    )
    assert (out.details, out.said) == (["Uploaded list", "bajas.csv"], [])


def test_held_message_is_told_with_what_was_decided(contact, superuser):
    held = hold(contact, "no tantos")
    waiting = told(contact, superuser)
    decide_hold(held, "keep", by=superuser)

    [decided] = told(contact, superuser)

    assert (waiting[0].tone, waiting[0].details) == ("warn", ["Waits for a decision"])
    assert (decided.tone, decided.details) == ("", ["Not an opt-out (jefa)"])


@pytest.mark.parametrize(
    ("rights", "is_out", "labels"),
    [
        (["add_optout"], False, ["Opt this person out"]),
        (["add_optout"], True, []),
        (["revoke_optout"], True, ["Allow writing to this person again"]),
        (["revoke_optout"], False, []),
        ([], False, []),
    ],
)
def test_what_may_be_done_is_offered(contact, staff, rights, is_out, labels):
    if is_out:
        opt_out(contact, reason="manual")
        contact.refresh_from_db()

    found = gathered(contact, permit_only(staff, "view_contact", *rights))

    assert [str(act.label) for act in found.acts] == labels


def test_box_has_the_latest_changes_for_who_may_see_them(contact, superuser, staff):
    opt_out(contact, reason="user_request", evidence=SAID)

    [box] = gathered(contact, superuser).boxes

    assert [str(line.words) for line in box.lines] == ["Opted out: message from the person"]
    assert gathered(contact, permit_only(staff, "view_contact")).boxes == []


def test_page_opts_one_person_out_with_a_note(boss, contact):
    response = boss.post(
        reverse("admin:optouts_optout_person", args=[contact.pk]), {"note": "Llamó"}
    )

    assert response.url == reverse("admin:contacts_contact_change", args=[contact.pk])
    event = contact.consent_events.get()
    assert (event.change, event.source, event.note) == ("out", "staff", "Llamó")


def test_page_lets_one_person_back_only_with_a_note(boss, contact):
    opt_out(contact, reason="manual")
    url = reverse("admin:optouts_optout_return", args=[contact.pk])

    statuses = [boss.post(url, {"note": note}).status_code for note in ("", "Lo pidió")]

    contact.refresh_from_db()
    assert (statuses, contact.status) == ([200, 302], "active")


def test_page_says_when_there_was_no_opt_out_to_undo(boss, contact):
    url = reverse("admin:optouts_optout_return", args=[contact.pk])

    response = boss.post(url, {"note": "Lo pidió"}, follow=True)

    assertContains(response, "There was no opt-out to undo.")
