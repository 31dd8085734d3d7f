import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from contacts.models import Contact
from messaging.models import Conversation
from optouts.admin.holds import marked
from optouts.models import Hold
from optouts.operations import decide_hold, hold

LIST = reverse("admin:optouts_hold_changelist")

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(contact) -> Hold:
    return hold(contact, "Soy Juan, baja", phrase="baja")


def decide(client, held: Hold, **data: str):
    return client.post(reverse("admin:optouts_hold_decide", args=[held.pk]), data)


def act(client, held: Hold, action: str):
    return client.post(LIST, {"action": action, "_selected_action": held.pk})


def status() -> str:
    return Contact.objects.get().status


def test_the_list_says_how_many_wait(boss, held):
    assert boss.get(LIST).context["title"] == "1 held message waits for a decision"


def test_the_list_has_open_messages_first(boss, held, people, superuser):
    later = hold(people[0], "mejor cancelar todo eso")
    decide_hold(later, "keep", by=superuser)

    response = boss.get(LIST)

    assert list(response.context["cl"].result_list) == [held, later]


@pytest.mark.parametrize(("waiting", "found"), [("yes", 1), ("no", 0)])
def test_the_list_filters_by_decision(boss, held, waiting, found):
    assert len(boss.get(LIST, {"waiting": waiting}).context["cl"].result_list) == found


def test_the_list_takes_the_same_queries_for_one_and_for_twenty(boss, people):
    hold(people[0], "baja, soy Ana")
    boss.get(LIST)
    counts = []
    for more in (people[:0], people[1:]):
        for person in more:
            hold(person, "baja, soy Ana")
        with CaptureQueriesContext(connection) as captured:
            boss.get(LIST)
        counts.append(len(captured))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("action", "after"), [("opt_out_selected", "opted_out"), ("keep_selected", "active")]
)
def test_an_action_decides(boss, superuser, held, action, after):
    act(boss, held, action)

    held.refresh_from_db()
    assert (status(), held.decided_by) == (after, superuser)


def test_an_action_leaves_decided_messages_alone(boss, superuser, held):
    decide_hold(held, "keep", by=superuser)

    act(boss, held, "opt_out_selected")

    assert status() == "active"


@pytest.mark.parametrize(("decision", "after"), [("opt_out", "opted_out"), ("keep", "active")])
def test_the_page_of_a_message_decides_with_a_note(boss, held, decision, after):
    decide(boss, held, decision=decision, note="Clear")

    held.refresh_from_db()
    assert (status(), held.decision, held.note) == (after, decision, "Clear")


def test_the_page_of_a_message_offers_the_decision_once(boss, superuser, held):
    page = reverse("admin:optouts_hold_change", args=[held.pk])
    before = 'value="opt_out"' in boss.get(page).text

    decide_hold(held, "keep", by=superuser)

    assert (before, 'value="opt_out"' in boss.get(page).text) == (True, False)


def test_the_page_of_a_message_shows_what_was_found_and_leads_to_the_conversation(
    boss, held, sender
):
    talk = Conversation.objects.create(contact=held.contact, sender=sender)

    page = boss.get(reverse("admin:optouts_hold_change", args=[held.pk]))

    assertContains(page, "Soy Juan, <mark>baja</mark>")
    assertContains(page, f'href="{reverse("admin:inbox")}?talk={talk.pk}"')


@pytest.mark.parametrize(
    ("text", "phrase", "shown"),
    [
        ("No MÁS <b>", "no mas", "<mark>No MÁS</mark> &lt;b&gt;"),
        ("mejor después", "baja", "mejor después"),
        ("mejor después", "", "mejor después"),
    ],
)
def test_what_was_found_is_marked_as_it_is_spelt(text, phrase, shown):
    assert marked(text, phrase) == shown


def test_the_list_offers_the_decision_in_each_row_that_waits(boss, superuser, people):
    first, second = (hold(one, "baja, soy Ana", phrase="baja") for one in people[:2])
    decide_hold(first, "keep", by=superuser)

    page = boss.get(LIST, {"waiting": "yes"})
    both = boss.get(LIST)

    url = reverse("admin:optouts_hold_decide", args=[second.pk])
    assertContains(page, f'form="decide-form" formaction="{url}"', count=2)
    assertContains(page, '<input type="hidden" name="list" value="waiting=yes">')
    assertContains(page, "<mark>baja</mark>, soy Ana")
    assertContains(both, "formaction=", count=2)


def test_a_decision_leads_back_to_the_list_as_it_was(boss, held):
    answer = decide(boss, held, decision="keep", list="waiting=yes&p=2")

    assert answer.url == f"{LIST}?waiting=yes&p=2#decide"


def test_the_list_offers_no_decision_to_who_may_not_decide(allow, held):
    page = allow("view_hold").get(LIST)

    assertNotContains(page, "formaction=")
    assertNotContains(page, "decide-form")


def test_an_unknown_decision_changes_nothing(boss, held):
    decide(boss, held, decision="whatever")

    assert Hold.objects.open().count() == 1


@pytest.mark.parametrize(
    ("permissions", "waiting"),
    [(["view_hold"], 1), (["view_hold", "decide_hold"], 0)],
)
def test_deciding_needs_its_permission(allow, held, permissions, waiting):
    client = allow(*permissions)

    decide(client, held, decision="keep")
    act(client, held, "keep_selected")

    assert Hold.objects.open().count() == waiting


def test_an_open_message_cannot_be_deleted(boss, held, superuser):
    url = reverse("admin:optouts_hold_delete", args=[held.pk])
    open_message = boss.post(url, {"post": "yes"}).status_code
    decide_hold(held, "keep", by=superuser)

    decided_message = boss.post(url, {"post": "yes"}).status_code

    assert (open_message, decided_message, Hold.objects.count()) == (403, 302, 0)


def test_deciding_is_not_a_link(boss, held):
    url = reverse("admin:optouts_hold_decide", args=[held.pk])

    assert boss.get(url).status_code == 405


@pytest.mark.parametrize(("permissions", "code"), [([], 403), (["view_hold"], 200)])
def test_the_list_needs_its_permission(allow, permissions, code):
    assert allow(*permissions).get(LIST).status_code == code
