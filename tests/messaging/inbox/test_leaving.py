"""What becomes of the conversations of a colleague who cannot answer any more."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains

from contacts.models import Contact, Tag
from messaging.inbox.giving.leaving import give_on
from messaging.inbox.models import Entry, InboxRules, TagRule
from messaging.models import Account, Conversation, Sender
from tests.factories.users import as_role
from tests.messaging.inbox.conftest import page_of
from waproject.accounts.actors import SYSTEM
from waproject.accounts.models import Role, User
from waproject.accounts.operations import assign_role, save_role
from waproject.audit.models import Event
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant


@pytest.fixture
def ana(db) -> User:
    return as_role(User.objects.create_user("ana", first_name="Ana", is_staff=True), "agent")


@pytest.fixture
def eva(db) -> User:
    return as_role(User.objects.create_user("eva", first_name="Eva", is_staff=True), "agent")


@pytest.fixture
def in_turn(db) -> None:
    InboxRules.objects.update(assigning="turns")


def shut_out(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False, account_status="suspended")


def saved(browser, user: User, **changes):
    role = user.memberships.first()
    posted = {"username": user.username, "is_staff": "on", "user_type": user.user_type}
    posted |= {"first_name": user.first_name, "account_status": user.account_status}
    posted |= {"role": role.role_id if role else ""}
    page = reverse("admin:accounts_user_change", args=[user.pk])
    return browser.post(page, {**posted, **changes})


def said(response) -> str:
    return " ".join(str(one) for one in get_messages(response.wsgi_request))


def holders() -> list[User | None]:
    return [one.assignee for one in Conversation.objects.order_by("pk")]


@pytest.mark.parametrize("status", ["suspended", "inactive"])
def test_page_that_shuts_a_user_out_says_how_many_are_nobodys(boss, talk, ana, superuser, status):
    for work in ("open", "pending"):
        talk(assignee=ana, status=work)
    done = talk(assignee=ana, status="resolved", unread_count=0, waiting_since=None)

    response = saved(boss, ana, account_status=status)

    assert holders() == [None, None, ana]
    assert "2 conversations of Ana are nobody's now." in said(response)
    assert not Entry.objects.filter(conversation=done).exists()
    event = Event.objects.get(action="inbox.give_on")
    assert (event.actor, event.before) == (superuser, {"assignee_id": ana.pk})
    assert (event.after["assignee_id"], event.after["count"]) == (None, 2)


def test_conversation_says_why_it_is_nobodys(boss, talk, ana):
    one = talk(assignee=ana)

    saved(boss, ana, account_status="suspended")

    assertContains(page_of(boss, one), "Ana cannot answer any more: the conversation is nobody")


def test_rules_give_them_as_they_give_new_ones(boss, talk, ana, eva, in_turn, superuser):
    vip = Tag.objects.create(name="VIP")
    TagRule.objects.create(rules=InboxRules.objects.get(), tag=vip, to=superuser)
    one, two = talk(assignee=ana), talk(assignee=ana)
    one.contact.tags.add(vip)

    response = saved(boss, ana, account_status="suspended")

    assert holders() == [superuser, eva]
    assert "2 conversations of Ana went to colleagues." in said(response)
    assertContains(page_of(boss, two), "Ana cannot answer any more: Eva has the conversation now")


def test_in_turn_they_are_shared_out(talk, ana, eva, in_turn):
    ida = as_role(User.objects.create_user("ida", is_staff=True), "agent")
    talk(assignee=eva)
    for _number in range(5):
        talk(assignee=ana)
    shut_out(ana)

    give_on([ana.pk], by=SYSTEM)

    assert sorted(one.username for one in holders()) == ["eva"] * 3 + ["ida"] * 3
    assert ida in holders()


def test_who_can_still_answer_keeps_theirs(boss, talk, ana):
    talk(assignee=ana)

    response = saved(boss, ana, user_type="analyst")

    assert (holders(), Event.objects.filter(action="inbox.give_on").count()) == ([ana], 0)
    assert "nobody" not in said(response)


@pytest.mark.parametrize("to", ["analyst", None])
def test_role_that_cannot_answer_gives_them_on_too(talk, ana, to):
    talk(assignee=ana)

    told = assign_role(ana, Role.objects.get(name=to) if to else None, by=SYSTEM)

    assert (holders(), told) == ([None], ["1 conversation of Ana is nobody's now."])


@pytest.fixture
def sales(db) -> Role:
    """A role of the business's own, whose people answer."""
    role = Role(name="Ventas", level=20)
    save_role(role, {"messages.answer"}, by=SYSTEM)
    return role


def test_role_that_loses_the_right_gives_on_what_its_people_have(boss, talk, ana, eva, sales):
    assign_role(ana, sales, by=SYSTEM)
    talk(assignee=ana), talk(assignee=eva)

    page = reverse("admin:accounts_role_change", args=[sales.pk])
    response = boss.post(page, {"name": "Ventas", "level": 20, "rights": ["messages.view"]})

    assert holders() == [None, eva]
    assert "1 conversation of Ana is nobody's now." in said(response)


def test_role_that_keeps_the_right_gives_nothing_on(talk, ana, sales):
    assign_role(ana, sales, by=SYSTEM)
    talk(assignee=ana)

    told = [
        save_role(sales, {"messages.answer", "messages.export"}, by=SYSTEM),
        save_role(sales, {"messages.answer"}, by=SYSTEM),
    ]

    assert (holders(), told) == ([ana], [[], []])


@pytest.mark.parametrize("by", ["page", "list"])
def test_who_is_deleted_leaves_an_entry_in_each(boss, talk, ana, by):
    talk(assignee=ana)

    if by == "page":
        url, posted = reverse("admin:accounts_user_delete", args=[ana.pk]), {"post": "yes"}
    else:
        url = reverse("admin:accounts_user_changelist")
        posted = {"action": "delete_selected", "_selected_action": [ana.pk], "post": "yes"}
    response = boss.post(url, posted)

    assert (holders(), User.objects.filter(pk=ana.pk).exists()) == ([None], False)
    assert Entry.objects.get().data["from"]["name"] == "Ana"
    assert "1 conversation of Ana is nobody's now." in said(response)


def test_each_business_of_theirs_gives_on_its_own(boss, talk, ana):
    talk(assignee=ana)
    other = create_tenant(name="Otra", slug="otra")
    with in_tenant(other.pk):
        as_role(ana, "agent")
        theirs = Conversation.objects.create(
            sender=_sender(), contact=_contact(), assignee=ana, last_message_body="Hola"
        )

    response = saved(boss, ana, account_status="suspended")

    assert "1 conversation of Ana is nobody's now." in said(response)
    with in_tenant(other.pk):
        theirs.refresh_from_db()
        assert theirs.assignee is None
        assert Event.objects.filter(action="inbox.give_on").count() == 1


def _sender():
    account = Account.objects.create(name="Otra", external_id="AC" + "1" * 32)
    return Sender.objects.create(
        name="Otra", account=account, channel="whatsapp", address="+56222222222"
    )


def _contact():
    return Contact.objects.create(phone="+56975400999")


def test_statements_do_not_grow_with_the_conversations(talk, ana, eva, in_turn):
    asked = []
    for count in (2, 12):
        for _number in range(count):
            talk(assignee=ana)
        shut_out(ana)
        with CaptureQueriesContext(connection) as queries:
            give_on([ana.pk], by=SYSTEM)
        asked.append(len(queries))

    assert asked[0] == asked[1]
