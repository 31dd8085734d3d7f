"""Who gets a new conversation by itself, and what is said while the business is closed."""

from datetime import UTC, datetime, time

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from contacts.models import Contact, Tag
from messaging.content import DONE_BY_PROVIDER
from messaging.inbound.receive import receive
from messaging.inbox.arriving.away import AWAY, closed_since
from messaging.inbox.models import Entry, InboxRules, TagRule
from messaging.models import Conversation, Message
from optouts.operations import opt_out
from tests.factories.users import permit_only
from tests.messaging.conftest import arrival
from waproject.accounts.models import User
from waproject.tenants.models import Tenant

# A Thursday at noon in Santiago, and that night.
NOON = datetime(2026, 11, 26, 15, tzinfo=UTC)
NIGHT = datetime(2026, 11, 27, 2, tzinfo=UTC)


@pytest.fixture
def rules(db, settings) -> InboxRules:
    settings.TIME_ZONE = "America/Santiago"
    settings.INBOUND_HANDLERS = [
        "messaging.inbox.arriving.assigning.assign_new",
        "messaging.inbox.arriving.away.answer_when_away",
    ]
    return InboxRules.objects.get()


@pytest.fixture
def two(rules) -> list[User]:
    """Two colleagues who answer; conversations are given to them in turn."""
    InboxRules.objects.update(assigning="turns")
    made = [User.objects.create_user(name, is_staff=True) for name in ("ana", "eva")]
    return [permit_only(one, "change_conversation", "view_conversation") for one in made]


def wrote(number: int, text: str = "Hola", **changes) -> Message | None:
    return receive(arrival(text, number, phone=f"+5691000000{number}", **changes))


def holders() -> list[User | None]:
    return [one.assignee for one in Conversation.objects.order_by("pk")]


def test_by_hand_nobody_gets_anything(rules, staff):
    permit_only(staff, "change_conversation")

    wrote(1)

    assert holders() == [None]


def test_new_conversations_go_to_each_in_turn(two):
    for number in range(4):
        wrote(number)

    given = holders()
    assert (given[0] != given[1], given[:2] == given[2:]) == (True, True)
    assert set(given) == set(two)
    assert Entry.objects.filter(kind="assigned").count() == 4


def test_spam_is_given_to_nobody(two):
    wrote(1)
    Conversation.objects.update(status="spam", assignee=None)
    Entry.objects.all().delete()

    receive(arrival("Gane más", 9, phone="+56910000001"))

    assert (holders(), Entry.objects.count()) == ([None], 0)


@pytest.mark.parametrize(
    "now", [{"is_active": False, "account_status": "suspended"}, {"is_staff": False}]
)
def test_nobody_who_was_shut_out_gets_one(two, now):
    User.objects.filter(pk=two[0].pk).update(**now)

    for number in range(2):
        wrote(number)

    assert holders() == [two[1]] * 2


def test_a_tag_gives_to_a_superuser_who_gets_no_turn(two, rules, superuser):
    vip = Tag.objects.create(name="VIP")
    TagRule.objects.create(rules=rules, tag=vip, to=superuser)
    Contact.objects.create(phone="+56910000001").tags.add(vip)

    for number in (1, 2, 3):
        wrote(number)

    assert (holders()[0], {*holders()[1:]}) == (superuser, {*two})


def test_whoever_has_a_conversation_keeps_it(two, superuser):
    wrote(1)
    Conversation.objects.update(assignee=superuser)

    receive(arrival("¿Siguen?", 9, phone="+56910000001"))

    assert holders() == [superuser]


def test_nobody_who_may_not_answer_gets_one(two):
    for one in two:
        permit_only(one, "view_conversation")

    wrote(1)

    assert holders() == [None]


def test_a_tag_decides_before_the_turn(two, rules):
    vip = Tag.objects.create(name="VIP")
    TagRule.objects.create(rules=rules, tag=vip, to=two[1])
    for number in range(3):
        contact = Contact.objects.create(phone=f"+5691000000{number}")
        contact.tags.add(vip)
        wrote(number)

    assert holders() == [two[1]] * 3


def test_a_tag_decides_where_the_rest_is_given_by_hand(two, rules):
    InboxRules.objects.update(assigning="")
    vip = Tag.objects.create(name="VIP")
    TagRule.objects.create(rules=rules, tag=vip, to=two[1])
    Contact.objects.create(phone="+56910000001").tags.add(vip)

    wrote(1)
    wrote(2)

    assert holders() == [two[1], None]


@pytest.fixture
def shut_at_night(rules) -> InboxRules:
    InboxRules.objects.update(opens=time(9), closes=time(18), away_text="Abrimos a las 9.")
    return InboxRules.objects.get()


def test_whoever_writes_at_night_is_told_once(shut_at_night):
    with time_machine.travel(NIGHT, tick=False):
        first = wrote(1, at=timezone.now())
        again = receive(arrival("¿Hola?", 8, phone="+56910000001", at=timezone.now()))

    assert (first.body, first.content, again) == ("Abrimos a las 9.", {AWAY: True}, None)


def test_nobody_who_opted_out_is_told_at_night(shut_at_night):
    opt_out(Contact.objects.create(phone="+56910000001"), reason="manual")

    with time_machine.travel(NIGHT, tick=False):
        assert wrote(1, at=timezone.now()) is None


def test_nothing_is_added_at_night_to_what_the_provider_answered(shut_at_night):
    with time_machine.travel(NIGHT, tick=False):
        content = {DONE_BY_PROVIDER: "HELP"}
        assert wrote(1, "AYUDA", at=timezone.now(), content=content) is None


def test_spam_gets_no_answer_at_night(shut_at_night):
    with time_machine.travel(NIGHT, tick=False):
        wrote(1, at=timezone.now())
        Conversation.objects.update(status="spam")
        Message.objects.all().delete()

        assert receive(arrival("Oferta", 8, phone="+56910000001", at=timezone.now())) is None


def test_the_business_is_closed_by_its_own_clock(shut_at_night):
    tenant = Tenant.objects.get()
    tenant.time_zone = "Europe/Madrid"
    tenant.save()

    with time_machine.travel(NOON, tick=False):  # four in the afternoon there
        assert wrote(1, at=timezone.now()) is None
    with time_machine.travel(NOON.replace(hour=18), tick=False):  # seven there, three in Santiago
        assert wrote(2, at=timezone.now()).body == "Abrimos a las 9."


def test_the_next_night_is_another_absence(shut_at_night):
    answers = []
    for day in (26, 27):
        at = datetime(2026, 11, day, 2, tzinfo=UTC)
        with time_machine.travel(at, tick=False):
            answers.append(receive(arrival("Hola", day, phone="+56910000001", at=at)))

    assert [bool(one) for one in answers] == [True, True]


def test_by_day_nothing_is_said(shut_at_night):
    with time_machine.travel(NOON, tick=False):
        assert wrote(1, at=timezone.now()) is None


@pytest.mark.parametrize(
    ("days", "at", "began"),
    [
        (0b1111111, NIGHT, datetime(2026, 11, 26, 21, tzinfo=UTC)),
        (0b1111111, NOON, None),
        # Shut from Friday evening to Monday morning: a Sunday.
        (0b0011111, datetime(2026, 11, 29, 15, tzinfo=UTC), datetime(2026, 11, 27, 21, tzinfo=UTC)),
    ],
)
def test_an_absence_begins_when_the_business_closed(shut_at_night, days, at, began):
    shut_at_night.days = days

    assert closed_since(shut_at_night, at) == began


@pytest.mark.parametrize(
    ("at", "began"), [(NIGHT, None), (NOON, datetime(2026, 11, 26, 7, tzinfo=UTC))]
)
def test_a_business_may_be_open_across_midnight(shut_at_night, at, began):
    shut_at_night.opens, shut_at_night.closes = time(20), time(4)

    assert closed_since(shut_at_night, at) == began


def test_rules_are_changed_on_their_page(boss, rules):
    url = reverse("admin:inbox_inboxrules_change", args=[rules.pk])
    inline = {f"tag_rules-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    posted = {"assigning": "turns", "opens": "09:00", "closes": "18:30", "away_text": "Cerrado"}

    answer = boss.post(url, {**posted, **inline, "weekdays": ["0", "1", "5"]})

    assert answer.status_code == 302
    rules.refresh_from_db()
    assert (rules.assigning, rules.closes, rules.days) == ("turns", time(18, 30), 0b0100011)


def test_one_time_alone_is_asked_for_the_other(boss, rules):
    url = reverse("admin:inbox_inboxrules_change", args=[rules.pk])
    inline = {f"tag_rules-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}

    page = boss.post(url, {"assigning": "", "opens": "09:00", **inline, "weekdays": ["0"]})

    assert page.context["adminform"].form.errors == {
        "closes": ["Both times are needed, or neither."]
    }


def test_the_list_leads_to_the_one_page(boss, rules):
    answer = boss.get(reverse("admin:inbox_inboxrules_changelist"))

    assert answer.url == reverse("admin:inbox_inboxrules_change", args=[rules.pk])


def test_the_page_calls_colleagues_by_their_names(boss, rules):
    tag = Tag.objects.create(name="Parte de pago")
    colleague = User.objects.create_superuser("diego", first_name="Diego", last_name="Rojas")
    TagRule.objects.create(rules=rules, tag=tag, to=colleague)

    page = boss.get(reverse("admin:inbox_inboxrules_change", args=[rules.pk]))

    assertContains(page, "Diego Rojas</option>")
    assertNotContains(page, f"{tag.pk}: {colleague.pk}")
