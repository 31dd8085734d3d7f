import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse
from django_q.models import OrmQ, Schedule

from optouts.models import Phrase
from tests.contacts.pairs import unmerged
from waproject.tenants.models import Tenant
from waproject.tenants.retention.models import RetentionRun
from waproject.workers.health import Finding, examine
from waproject.workers.models import Cluster

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def seconds_ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def make_cluster(name: str = "waproject", **fields: object) -> Cluster:
    """A cluster that was heard a moment ago."""
    moments = {"started_at": seconds_ago(3_600), "seen_at": NOW, "heard_at": NOW}
    return Cluster.objects.create(**{"name": name, "host": "one", **moments, **fields})


@pytest.fixture
def well() -> None:
    """An installation in which all is well at NOW."""
    for name in ("waproject", "long"):
        make_cluster(name)
    Schedule.objects.update(next_run=NOW)
    with time_machine.travel(NOW, tick=False):
        yield


def away(*_arguments: object) -> None:
    """A database that does not answer."""
    raise OperationalError("gone")


def troubles() -> list[tuple[str, str]]:
    return [(finding.check, finding.detail) for finding in examine() if not finding.ok]


def test_a_well_installation_has_no_trouble(well):
    checks = ["database", "migrations", "cluster waproject", "cluster long", "tick", "jobs"]
    checks += ["opt-out words", "accounts", "people", "retention"]

    assert [(finding.check, finding.ok) for finding in examine()] == [(one, True) for one in checks]


def test_a_cluster_is_deaf_when_no_heartbeat_came_through_in_time(well):
    Cluster.objects.filter(name="long").update(heard_at=seconds_ago(61))

    assert troubles() == [
        ("cluster long", "It is deaf: no heartbeat came through for 61 seconds."),
    ]


def test_a_cluster_at_a_long_job_is_not_deaf(well):
    Cluster.objects.filter(name="long").update(heard_at=seconds_ago(600), busy=True)

    assert troubles() == []


def test_a_cluster_on_another_machine_makes_up_for_a_deaf_one(well):
    Cluster.objects.filter(name="long").update(heard_at=seconds_ago(600))
    make_cluster("long", host="two")

    assert troubles() == []


def test_a_cluster_that_has_just_started_is_not_well_before_its_first_heartbeat(well):
    Cluster.objects.filter(name="long").update(heard_at=None)

    assert troubles() == [("cluster long", "No heartbeat has come through since its start.")]


def test_a_cluster_whose_supervisor_is_gone_is_missed(well):
    Cluster.objects.filter(name="waproject").update(seen_at=seconds_ago(61), busy=True)

    assert troubles() == [
        (
            "cluster waproject",
            "No supervisor reports it. Start one: manage.py run_workers --clusters waproject",
        )
    ]


def test_the_tick_is_late_three_minutes_after_it_was_due(well):
    Schedule.objects.update(next_run=seconds_ago(181))

    assert troubles() == [("tick", "It was due 181 seconds ago.")]


def test_the_tick_without_its_schedule_is_missed(well):
    Schedule.objects.all().delete()

    assert troubles() == [("tick", "Its schedule is missing: run manage.py migrate.")]


@pytest.mark.parametrize(("waited", "found"), [(300, []), (301, ["jobs"])])
def test_a_job_may_wait_for_five_minutes(well, waited, found):
    OrmQ.objects.create(key="waproject", payload="", lock=seconds_ago(waited))

    assert [check for check, _detail in troubles()] == found


def test_a_job_that_a_cluster_holds_does_not_wait(well):
    OrmQ.objects.create(key="waproject", payload="", lock=NOW + timedelta(seconds=1))

    assert troubles() == []


def test_opt_out_words_that_were_switched_off_are_missed(well):
    Phrase.objects.filter(core=False).update(active=False)

    [(check, detail)] = troubles()
    assert (check, "are not in use" in detail) == ("opt-out words", True)


def test_people_who_stand_in_two_contacts_are_named(well):
    unmerged("+5491123456729")

    told = {finding.check: (finding.ok, finding.detail) for finding in examine()}

    assert told["people"] == (
        True,
        "1 contact is also another one: run manage.py merge_contacts.",
    )


def test_a_missing_migration_hides_what_comes_after(well):
    MigrationRecorder(connection).record_unapplied("workers", "0001_initial")

    assert troubles() == [("migrations", "1 migration is missing: run manage.py migrate.")]


def test_a_database_that_does_not_answer_is_the_only_finding(well):
    with connection.execute_wrapper(away):
        assert examine() == [
            Finding("database", False, "The database does not answer (OperationalError).")
        ]


def test_the_page_tells_strangers_one_word(well, client):
    answer = client.get(reverse("health"))

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_the_page_answers_503_when_something_is_wrong(well, client):
    Cluster.objects.all().delete()

    answer = client.get(reverse("health"))

    assert (answer.status_code, answer.json()) == (503, {"status": "failing"})


def test_the_page_tells_the_staff_without_the_right_one_word(well, client, staff):
    client.force_login(staff)

    assert client.get(reverse("health")).json() == {"status": "ok"}


def test_the_page_tells_the_findings_to_who_may_see_the_clusters(well, admin_client):
    found = admin_client.get(reverse("health")).json()

    assert [check["check"] for check in found["checks"]] == [one.check for one in examine()]


def test_the_page_asks_the_database_seldom(well, client, django_assert_num_queries):
    client.get(reverse("health"))

    with django_assert_num_queries(0):
        client.get(reverse("health"))


def test_the_page_says_so_when_the_database_does_not_answer(well, client):
    with connection.execute_wrapper(away):
        answer = client.get(reverse("health"))

    assert (answer.status_code, answer.json()) == (503, {"status": "failing"})


def test_the_page_is_only_to_be_read(well, client):
    assert client.post(reverse("health")).status_code == 405


def test_command_prints_a_line_for_each_finding(well, capsys):
    call_command("health", no_color=True)

    assert capsys.readouterr().out.splitlines()[2] == (
        "ok       cluster waproject: A heartbeat came through 0 seconds ago."
    )


def test_command_ends_with_code_1_when_something_is_wrong(well, capsys):
    Cluster.objects.all().delete()

    with pytest.raises(SystemExit) as ended:
        call_command("health", format="json")

    report = json.loads(capsys.readouterr().out)
    failing = [check["check"] for check in report["checks"] if not check["ok"]]
    assert (ended.value.code, report["status"]) == (1, "failing")
    assert failing == ["cluster waproject", "cluster long"]


def test_run_workers_names_the_clusters_that_there_are():
    with pytest.raises(CommandError) as raised:
        call_command("run_workers", clusters="waproject,none")

    assert str(raised.value) == "There is no cluster “none”. There are: waproject, long."


def test_list_of_clusters_opens_and_takes_no_query_per_row(admin_client, django_assert_num_queries):
    page = reverse("admin:workers_cluster_changelist")
    make_cluster()
    with django_assert_num_queries(8):
        admin_client.get(page)
    for _number in range(19):
        make_cluster()

    with django_assert_num_queries(8):
        assert admin_client.get(page).status_code == 200


def test_a_business_without_a_run_for_two_days_shows(well):
    Tenant.objects.update(created_at=seconds_ago(3 * 86_400))
    never = troubles()
    RetentionRun.objects.create(started_at=NOW, finished_at=seconds_ago(2 * 86_400 + 1))
    long_ago = troubles()
    RetentionRun.objects.create(started_at=NOW, finished_at=seconds_ago(2 * 86_400))

    sentence = "In 1 business nothing was taken away for two days that was kept long enough."
    assert never == long_ago == [("retention", sentence)]
    assert troubles() == []
