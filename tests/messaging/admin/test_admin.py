"""The admin's pages: who may see and do what, and what they cost."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from contacts.models import Contact
from messaging.approvals.following import new_template
from messaging.inbound.receive import receive
from messaging.models import Account, AutoReply, Conversation, KeptStatus, Message, Sender
from tests.factories.users import permit_only
from tests.messaging.conftest import arrival, sid
from waproject.accounts.actors import SYSTEM
from waproject.accounts.models import User

# The queries of each list: session, user, the count and the rows; templates list their languages.
QUERIES = {
    "account": 8,
    "sender": 8,
    "template": 9,
    "conversation": 9,
    "message": 8,
    "autoreply": 8,
    "keptstatus": 8,
}
LISTS = list(QUERIES)


def url(model: str, page: str = "changelist", *args) -> str:
    return reverse(f"admin:messaging_{model}_{page}", args=args)


@pytest.fixture
def boss(client: Client, superuser: User) -> Client:
    client.force_login(superuser)
    return client


@pytest.fixture
def seller(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def make_rows(count: int) -> None:
    """Rows of every model of the app, each with people of its own."""
    now = timezone.now()
    for number in range(count):
        receive(arrival("INFO", number, phone=f"+5691000{number:04}", at=now))
        Account.objects.create(name=f"A{number}", external_id=f"AC{number}")
        Sender.objects.create(name=f"S{number}", channel="sms", address=f"+5622000{number:04}")
        new_template(f"t{number}", by=SYSTEM, body="Hola {{nombre}}")
        AutoReply.objects.create(keywords=f"palabra{number}", body="Hola")
        KeptStatus.objects.create(
            message_sid=sid(number), status="sent", received_at=now, try_at=now
        )
    Conversation.objects.update(assignee=User.objects.get())


@pytest.mark.parametrize("model", LISTS)
@pytest.mark.parametrize("rows", [1, 20])
def test_list_costs_the_same_for_1_and_20_rows(boss, model, rows, django_assert_num_queries):
    make_rows(rows)

    with django_assert_num_queries(QUERIES[model]):
        assert boss.get(url(model)).status_code == 200


@pytest.mark.parametrize("model", LISTS)
def test_list_is_closed_to_staff_without_permission(seller, model):
    assert seller.get(url(model)).status_code == 403


@pytest.mark.parametrize("model", LISTS)
def test_detail_opens_for_users_who_may_only_view(seller, staff, model):
    make_rows(1)
    permit_only(staff, f"view_{model}")
    row = apps.get_model("messaging", model).objects.latest("pk")

    page = seller.get(url(model, "change", row.pk), follow=True)

    assert page.status_code == 200


@pytest.mark.parametrize("model", ["message", "keptstatus"])
def test_log_can_neither_be_added_to_nor_changed_nor_deleted(boss, model, message):
    now = timezone.now()
    kept = KeptStatus.objects.create(message_sid=sid(1), status="sent", received_at=now, try_at=now)
    pk = kept.pk if model == "keptstatus" else message.pk

    answers = [
        boss.get(url(model, "add")),
        boss.post(url(model, "change", pk), {"body": "x"}),
        boss.post(url(model, "delete", pk), {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


@pytest.mark.parametrize(("status", "said"), [("sent", "enviado"), ("vanished", "vanished")])
def test_a_kept_status_is_called_by_its_words(boss, status, said):
    now = timezone.now()
    kept = KeptStatus.objects.create(message_sid="SM1", status=status, received_at=now)

    page = boss.get(url("keptstatus", "change", kept.pk), headers={"accept-language": "es"})

    assert f"<h1>SM1 {said}</h1>" in page.text


@pytest.mark.parametrize(
    ("term", "found"),
    [
        (sid(0), ["Hola 0"]),
        ("+56910000001", ["Hola 1"]),
        ("9 1000 0001", ["Hola 1"]),
        ("+54 11 2345-6729", ["Hola 3"]),
        ("maria", ["Hola 2"]),
        (sid(99), []),
    ],
)
def test_message_search_finds_sid_phone_and_name(boss, settings, term, found):
    settings.INBOUND_HANDLERS = []
    phones = [*(f"+5691000000{number}" for number in range(3)), "+5491123456729"]
    for number, name in enumerate(["Ana", "Berta", "María", "Eva"]):
        receive(arrival(f"Hola {number}", number, phone=phones[number], name=name))

    page = boss.get(url("message"), {"q": term})

    assert [message.body for message in page.context["cl"].result_list] == found


# --- conversations ---


def ids_of(page) -> list[int]:
    return [row.pk for row in page.context["cl"].result_list]


@pytest.fixture
def two(db, settings) -> list[Conversation]:
    """A conversation with something unread, and a newer one read and closed."""
    settings.INBOUND_HANDLERS = []
    now = timezone.now()
    receive(arrival("Hola", 1, phone="+56910000001", at=now - timedelta(days=2)))
    receive(arrival("Hola", 2, phone="+56910000002", at=now))
    unread, read = Conversation.objects.order_by("pk")
    Conversation.objects.filter(pk=read.pk).update(unread_count=0, status="resolved")
    return [unread, read]


def test_conversations_show_the_unread_first(boss, two):
    unread, read = two

    assert ids_of(boss.get(url("conversation"))) == [unread.pk, read.pk]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"unread": "yes"}, [0]),
        ({"unread": "no"}, [1]),
        ({"window": "open"}, [1]),
        ({"window": "closed"}, [0]),
        ({"assigned": "me"}, [1]),
        ({"assigned": "nobody"}, [0]),
        ({"assigned": "others"}, []),
        ({"status__exact": "resolved"}, [1]),
        ({"wants_human__exact": "1"}, [0]),
        ({"q": "910000002"}, [1]),
    ],
)
def test_conversations_can_be_filtered(boss, superuser, two, query, shown):
    unread, read = two
    Conversation.objects.filter(pk=read.pk).update(assignee=superuser)
    Conversation.objects.filter(pk=unread.pk).update(wants_human=True)

    assert ids_of(boss.get(url("conversation"), query)) == [two[place].pk for place in shown]


def test_the_table_leads_to_the_one_page_of_a_conversation(boss, conversation):
    page = url("conversation", "change", conversation.pk)

    assert boss.get(page).url == reverse("admin:inbox", query={"talk": conversation.pk})
    assert boss.post(page, {"status": "resolved"}).status_code == 405


def test_a_conversation_that_is_not_there_leads_home(boss, db):
    assert boss.get(url("conversation", "change", 77)).url == reverse("admin:index")


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [("mark_as_read", "unread_count", 0), ("close", "status", "resolved")],
)
def test_conversation_actions_change_the_chosen(boss, two, action, field, value):
    boss.post(url("conversation"), {"action": action, "_selected_action": [two[0].pk]})

    two[0].refresh_from_db()
    assert getattr(two[0], field) == value


def test_conversation_is_assigned_to_the_user_who_asks(boss, superuser, two):
    boss.post(url("conversation"), {"action": "assign_to_me", "_selected_action": [two[0].pk]})

    two[0].refresh_from_db()
    assert two[0].assignee == superuser


def test_conversation_actions_need_the_right_to_change(seller, staff, two):
    permit_only(staff, "view_conversation")

    seller.post(url("conversation"), {"action": "close", "_selected_action": [two[0].pk]})

    two[0].refresh_from_db()
    assert two[0].status == "open"


# --- automatic replies ---


def reply_errors(boss, **changes) -> list[str]:
    form = {"event": "", "keywords": "hola", "body": "x", "action": "reply", "position": 5}
    page = boss.post(url("autoreply", "add"), {**form, **changes})
    if page.status_code == 302:
        return []
    return [str(e) for errors in page.context["adminform"].form.errors.values() for e in errors]


@pytest.mark.parametrize(
    ("keywords", "errors"),
    [
        ("hola, buenas", []),
        ("BAJA", ["“BAJA” opts people out or in, and is answered before the menu."]),
        ("Información", ["Another reply already answers “informacion”."]),
        ("", ["Give the words that this answers, or choose an event."]),
    ],
)
def test_reply_form_says_what_is_wrong_with_the_words(boss, keywords, errors):
    assert reply_errors(boss, keywords=keywords) == errors


def test_sender_with_conversations_keeps_its_number(boss, conversation):
    page = boss.get(url("sender", "change", conversation.sender_id))

    assert list(page.context["adminform"].form.fields) == [
        "name",
        "account",
        "messaging_service_sid",
        "sends_files",
        "status",
        "quality",
        "tier",
        "rate",
        "daily_limit",
        "warm_up",
        "share_when_medium",
        "share_when_low",
    ]


@pytest.mark.parametrize(("error", "count"), [("yes", 1), ("no", 0)])
def test_messages_can_be_filtered_by_error(boss, message, error, count):
    Message.objects.update(error_code="63024")

    assert len(boss.get(url("message"), {"error": error}).context["cl"].result_list) == count


def test_contact_links_lead_to_their_messages(boss, message):
    other = Contact.objects.create(phone="+56911111111")

    page = boss.get(url("message"), {"contact__id__exact": other.pk})

    assert list(page.context["cl"].result_list) == []


def test_log_marks_tests_and_can_show_them_alone(boss, message):
    Message.objects.filter(pk=message.pk).update(is_test=True)

    assertContains(boss.get(url("message"), {"is_test__exact": "1"}), "chip-info")
    assert len(boss.get(url("message"), {"is_test__exact": "0"}).context["cl"].result_list) == 0


def test_message_names_its_campaign_for_whom_it_may_be_seen(boss, allow, campaign, message):
    Message.objects.filter(pk=message.pk).update(campaign_id=campaign.pk)
    page = reverse("admin:messaging_message_change", args=[message.pk])
    link = f'<a href="{reverse("admin:campaigns_campaign_change", args=[campaign.pk])}">Promo</a>'
    client = allow("view_message", "view_contact")

    assertContains(boss.get(page), link)
    assertContains(client.get(page), "Promo")
    assertNotContains(client.get(page), link)


def test_message_of_a_campaign_that_is_gone_has_its_number(boss, message):
    Message.objects.filter(pk=message.pk).update(campaign_id=77)

    assertContains(
        boss.get(reverse("admin:messaging_message_change", args=[message.pk])), "Campaign 77"
    )
