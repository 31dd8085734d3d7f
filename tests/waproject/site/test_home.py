"""The first page: what waits for a person, what is being sent, what comes next, last replies."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.summaries.days import DayCount
from campaigns.summaries.models import CampaignSummary
from campaigns.tracking.funnel import Funnel
from contacts.models import Contact, ImportJob
from messaging.models import Conversation, Message, Opening, Sender, Template, TemplateApproval
from optouts.operations import hold
from tests.factories.messages import message
from tests.factories.people import people
from tests.factories.users import as_role, permit_only
from waproject.accounts.models import User
from waproject.core.jobs.models import Job
from waproject.site.home.chart import chart
from waproject.site.home.today import Day
from waproject.workers.clusters.cluster import queues
from waproject.workers.models import Cluster

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")
MOST_QUERIES = 14
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def workers(db) -> None:
    """A cluster for each queue, which answers."""
    now = timezone.now()
    Cluster.objects.bulk_create(
        Cluster(name=queue, host="h", started_at=now, seen_at=now, heard_at=now)
        for queue in queues()
    )


def sentences(client: Client) -> list[str]:
    return [matter.sentence for matter in client.get(INDEX).context["matters"]]


@pytest.fixture
def ana(contact: Contact, sender) -> Conversation:
    Contact.objects.filter(pk=contact.pk).update(name="Ana Díaz")
    return Conversation.objects.create(
        sender=sender,
        contact=contact,
        last_message_at=timezone.now(),
        last_message_body="Me interesa",
        last_message_direction="inbound",
    )


def test_nothing_waits_in_a_quiet_house(boss):
    page = boss.get(INDEX)

    assert page.context["matters"] == []
    assert "Nothing waits for anybody." in page.text


def test_queues_that_nobody_serves_come_first(boss, campaign):
    Campaign.objects.update(status="paused")
    Cluster.objects.filter(name=queues()[0]).update(heard_at=timezone.now() - DAY)

    assert sentences(boss)[0] == "The workers do not answer"


def test_an_account_that_the_provider_refuses_is_named(boss, sender):
    sender.account.status = "suspended"
    sender.account.save()

    assert sentences(boss) == [f"The account {sender.account.name} cannot send"]


def test_messages_that_can_be_tried_again_are_those_of_campaigns_of_this_week(boss, campaign):
    now = timezone.now()
    Campaign.objects.update(status="completed", completed_at=now)
    CampaignSummary.of(campaign.pk, Funnel(failed=17), retryable=17, counted_at=now).save()
    lately = sentences(boss)
    Campaign.objects.update(completed_at=now - 8 * DAY)

    assert lately == ["17 messages that failed can be tried again"]
    assert sentences(boss) == []


def test_a_failed_import_says_why(boss):
    job = Job.objects.create(
        kind="import",
        title="lista.csv",
        state="failed",
        error="No headings.",
        finished_at=timezone.now(),
    )
    ImportJob.objects.create(job=job)

    [matter] = boss.get(INDEX).context["matters"]

    assert (matter.sentence, matter.detail) == ("The import of lista.csv failed", "No headings.")


def test_matters_are_what_waits_for_a_person(boss, ana, template, campaign):
    Conversation.objects.update(wants_human=True, last_inbound_at=timezone.now())
    hold(ana.contact, "no sé si quiero más")
    Template.objects.update(status="rejected")
    Campaign.objects.update(status="paused")

    assert sentences(boss) == [
        "1 person asks to talk to somebody",
        "1 message looks like an opt-out",
        f"WhatsApp rejected the template {template.name}",
        f"The campaign “{campaign.name}” is paused",
    ]


def test_each_matter_leads_to_a_page_that_opens(boss, ana, template, campaign):
    test_matters_are_what_waits_for_a_person(boss, ana, template, campaign)

    pages = [boss.get(matter.url) for matter in boss.get(INDEX).context["matters"]]

    assert [page.status_code for page in pages] == [200] * 4


def test_a_template_that_cannot_be_submitted_waits_for_a_person(boss, template):
    stuck = {"stuck_at": timezone.now(), "status": "pending"}
    TemplateApproval.objects.update(**stuck)
    assert sentences(boss) == [f"The template {template.name} could not be submitted"]

    TemplateApproval.objects.update(status="approved")
    assert sentences(boss) == []


def test_a_closed_conversation_asks_for_nobody(boss, ana):
    Conversation.objects.update(wants_human=True, status="resolved")

    assert sentences(boss) == []


def test_matters_are_those_that_the_reader_may_see_to(staff: User, client: Client, ana, template):
    Conversation.objects.update(wants_human=True, last_inbound_at=timezone.now())
    Template.objects.update(status="rejected")
    permit_only(staff, "view_template")
    client.force_login(staff)

    assert sentences(client) == [f"WhatsApp rejected the template {template.name}"]


def test_sending_says_how_far_a_campaign_is(boss, campaign):
    Campaign.objects.update(status="active")
    one, two, three, four = people(4)
    for person, status in ((one, "sent"), (two, "failed"), (three, "pending"), (four, "read")):
        Recipient.objects.create(
            campaign=campaign,
            contact=person,
            phone=person.phone,
            status=status,
            sent_at=timezone.now() if status in ("sent", "read") else None,
        )

    [sending] = boss.get(INDEX).context["campaigns"].sending

    counts = sending.counts
    assert (counts.settled, counts.recipients, sending.percent) == (3, 4, 75)


def test_next_are_the_scheduled_campaigns(boss, campaign):
    Campaign.objects.update(status="scheduled", scheduled_at=timezone.now() + timedelta(days=2))

    found = boss.get(INDEX).context["campaigns"]

    assert (found.next, found.sending, found.paused) == ([campaign], [], [])


@pytest.mark.parametrize("kind", ["sending", "paused"])
def test_many_scheduled_campaigns_hide_no_other(boss, campaign, kind):
    later = timezone.now() + timedelta(days=2)
    fields = {"sender": campaign.sender, "template": campaign.template, "scheduled_at": later}
    for number in range(30):
        Campaign.objects.create(name=f"Promo {number}", status="scheduled", **fields)
    state = {"sending": "active", "paused": "paused"}[kind]
    late = timezone.now() + timedelta(days=9)
    Campaign.objects.filter(pk=campaign.pk).update(status=state, scheduled_at=late)

    assert len(getattr(boss.get(INDEX).context["campaigns"], kind)) == 1


def test_last_replies_are_what_nobody_has_read(boss, ana):
    told = {
        "conversation": ana,
        "contact": ana.contact,
        "direction": "inbound",
        "status": "received",
    }
    for seconds, body in enumerate(("Hola", "Me interesa")):
        at = timezone.now() + timedelta(seconds=seconds)
        Message.objects.create(**told, phone="+56975400946", body=body, created_at=at)
    Conversation.objects.update(unread_count=2, last_message_direction="outbound")
    [reply] = boss.get(INDEX).context["replies"]
    Conversation.objects.update(unread_count=0)
    read = boss.get(INDEX).context["replies"]

    assert (reply.person, reply.text, read) == ("Ana Díaz", "Me interesa", [])


def test_who_may_not_see_people_reads_no_reply(staff: User, client: Client, ana):
    permit_only(staff, "view_template")
    client.force_login(staff)

    page = client.get(INDEX)

    assert page.context["replies"] == []
    assert "Ana" not in page.text


@pytest.fixture
def friday():
    """A Friday at noon in Santiago."""
    with time_machine.travel(datetime(2026, 3, 20, 15, tzinfo=UTC), tick=False):
        yield timezone.now()


def test_todays_numbers_stand_beside_those_of_a_usual_day(boss, friday, contact):
    for week, messages in ((0, 3), (1, 2), (2, 4)):
        for _time in range(messages):
            message(contact, friday - 7 * week * DAY, "outbound")
    Message.objects.filter(created_at=friday).first().delete()
    Message.objects.filter(pk=Message.objects.first().pk).advance("read", at=friday)
    message(contact, friday)
    message(contact, friday)

    stats = boss.get(INDEX).context["stats"]

    assert [(stat.number, stat.detail) for stat in stats] == [
        ("2", "A usual Friday: 2"),
        ("0.0\u00a0%", "0 did not arrive"),
        ("1", "50.0\u00a0% of those sent"),
        ("0", "0.0\u00a0% of those sent"),
    ]


def test_each_number_of_today_opens_its_rows(boss, friday, contact):
    message(contact, friday, "outbound")
    message(contact, friday - DAY, "outbound")
    message(contact, friday)

    pages = [boss.get(stat.url) for stat in boss.get(INDEX).context["stats"]]

    assert [page.context["cl"].result_count for page in pages] == [1, 1, 1, 0]


def test_chart_has_two_bars_for_each_of_thirty_days(boss, friday, contact):
    message(contact, friday - 29 * DAY)
    for _number in range(2):
        message(contact, friday, "outbound")

    chart = boss.get(INDEX).context["chart"]

    heights = [[bar.height for bar in day.bars] for day in chart.columns]
    assert (len(heights), heights[0], heights[-1]) == (30, ["0.00", "50.00"], ["100.00", "0.00"])
    assert [line.label for line in chart.lines] == ["2", "1", "0"]


def test_chart_names_its_days_and_says_their_numbers(boss, friday, contact):
    message(contact, friday, "outbound")

    last = boss.get(INDEX).context["chart"].columns[-1]

    assert (last.label, last.title) == ("today", "Friday 20 March: 1 sent, 0 replies")


@pytest.mark.parametrize(("highest", "step"), [(1, 1), (5, 2), (400, 100), (401, 200), (950, 500)])
def test_lines_of_the_chart_stand_at_round_numbers(highest, step):
    day = Day(date(2026, 11, 27), DayCount(messages=highest), DayCount())

    lines = chart([day]).lines

    assert [line.label for line in lines[-2:]] == [str(step), "0"]
    assert len(lines) <= 5


def test_figures_are_for_those_who_may_see_them(staff: User, client: Client, contact):
    message(contact, timezone.now())
    permit_only(staff, "view_template")
    client.force_login(staff)

    page = client.get(INDEX)

    assert [page.context.get(name) for name in ("stats", "chart", "costs")] == [None] * 3


def test_costs_are_those_that_the_provider_told(boss, friday, contact):
    for price in ("0.05", "0.07"):
        message(contact, friday, "outbound", price=price, price_unit="USD")
    message(contact, friday - 25 * DAY, "outbound", price="9", price_unit="USD")
    message(contact, friday)

    [cost] = boss.get(INDEX).context["costs"]

    assert (cost.month, cost.total, cost.per_reply) == ("March", "US$\u00a00.12", "US$\u00a00.12")


def test_costs_are_for_those_who_may_see_prices(staff: User, client: Client, friday, contact):
    message(contact, friday, "outbound", price="0.05", price_unit="USD")
    rights = ["view_analytics", "view_campaign"]
    client.force_login(permit_only(staff, *rights))
    without = client.get(INDEX).context["costs"]

    permit_only(staff, *rights, "view_price")

    assert (without, len(client.get(INDEX).context["costs"])) == ([], 1)


def test_quota_counts_the_people_of_the_last_day(boss, sender, contact):
    Sender.objects.filter(pk=sender.pk).update(daily_limit=4)
    now = timezone.now()
    for person, hours in zip(people(2, phones="+569880000{:02}"), (1, 30), strict=True):
        Opening.objects.create(sender=sender, contact=person, at=now - timedelta(hours=hours))

    [quota] = boss.get(INDEX).context["quotas"]

    assert (quota.used, quota.limit, quota.percent) == (1, 4, 25)


def test_first_steps_tick_themselves(boss, sender, contact):
    steps = boss.get(INDEX).context["steps"]

    assert [step.is_done for step in steps] == [False, True, False, True, False]
    assert [boss.get(step.url).status_code for step in steps if step.url] == [200] * 3


def test_first_steps_go_when_a_campaign_was_launched(boss, campaign):
    Campaign.objects.update(started_at=timezone.now())

    assert boss.get(INDEX).context["steps"] == []


def test_first_steps_have_a_way_for_those_who_may_go_it(staff: User, client: Client):
    permit_only(staff, "add_campaign")
    client.force_login(staff)

    steps = client.get(INDEX).context["steps"]

    assert [bool(step.url) for step in steps] == [False] * 4 + [True]


def test_htmx_gets_the_parts_alone(boss, ana):
    page = boss.get(INDEX, headers={"hx-request": "true"})

    assert [f'id="home-{part}"' in page.text for part in ("stats", "work", "side")] == [True] * 3
    assert "<html" not in page.text


@pytest.mark.parametrize("role", ["admin", "agent"])
def test_staff_with_a_role_wait_for_no_more_queries(
    staff: User, client: Client, ana, role, campaign
):
    as_role(staff, role)
    Campaign.objects.update(status="active")
    client.force_login(staff)
    client.get(INDEX)

    with CaptureQueriesContext(connection) as queries:
        client.get(INDEX)

    assert len(queries) <= MOST_QUERIES


def test_first_page_costs_the_same_at_any_size(boss, ana, template, campaign):
    test_matters_are_what_waits_for_a_person(boss, ana, template, campaign)
    costs = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as queries:
            boss.get(INDEX)
        costs.append(len(queries))
        for person in people(20, phones=f"+5696{_turn}" + "{:06}"):
            Conversation.objects.create(sender=ana.sender, contact=person, unread_count=1)

    assert costs[0] == costs[1]
    assert costs[0] <= MOST_QUERIES
