"""The queue's pages can be looked at and nothing else, by superusers too."""

import pytest
from django.urls import reverse
from django_q.models import OrmQ, Schedule, Task
from django_q.tasks import async_task

pytestmark = pytest.mark.django_db
MODELS = ["success", "failure", "schedule", "ormq"]


@pytest.fixture
def failure() -> Task:
    return Task.objects.create(
        id="1" * 32,
        name="broken",
        func="waproject.workers.tick.tick",
        success=False,
        started="2026-11-20T12:00Z",
        stopped="2026-11-20T12:00Z",
    )


@pytest.fixture
def boss(client, superuser):
    client.force_login(superuser)
    return client


@pytest.mark.parametrize("model", MODELS)
def test_lists_open(boss, model, failure):
    async_task("waproject.workers.tick.tick")

    assert boss.get(reverse(f"admin:django_q_{model}_changelist")).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_nothing_can_be_added(boss, model):
    assert boss.get(reverse(f"admin:django_q_{model}_add")).status_code == 403


@pytest.mark.parametrize("word", ["change", "delete"])
def test_a_schedule_cannot_be_changed_or_deleted(boss, word):
    schedule = Schedule.objects.get()

    answer = boss.post(
        reverse(f"admin:django_q_schedule_{word}", args=[schedule.pk]), {"func": "os.abort"}
    )

    assert answer.status_code == 403
    assert Schedule.objects.get().func == "waproject.workers.tick.tick"


@pytest.mark.parametrize("action", ["resubmit_task", "delete_selected"])
def test_a_failed_job_cannot_be_run_again_or_removed(boss, failure, action):
    boss.post(
        reverse("admin:django_q_failure_changelist"),
        {"action": action, "_selected_action": [failure.pk]},
    )

    assert (OrmQ.objects.count(), Task.objects.count()) == (0, 1)


def test_no_list_says_a_name_that_the_package_invented(boss, failure):
    Task.objects.filter(pk=failure.pk).update(name="freddie-fruit-vegan-blossom", success=True)
    Schedule.objects.update(task=failure.pk)

    pages = [boss.get(reverse(f"admin:django_q_{model}_changelist")).text for model in MODELS]

    assert not any("freddie-fruit" in page for page in pages)


def test_what_a_task_lacks_is_a_dash(boss):
    async_task("waproject.workers.tick.tick", task_name="tick")
    task = OrmQ.objects.get()

    page = boss.get(reverse("admin:django_q_ormq_change", args=[task.pk]))
    history = boss.get(reverse("admin:django_q_ormq_history", args=[task.pk]))

    assert f"<h1>Queued task {task.pk}</h1>" in page.text
    assert "None" not in page.text
    assert "OrmQ object" not in page.text + history.text


def test_lists_say_neither_python_words_nor_codes(boss, failure):
    failed = boss.get(reverse("admin:django_q_failure_changelist"))
    Task.objects.filter(pk=failure.pk).update(success=True, stopped="2026-11-20T12:00:01.235191Z")
    done = boss.get(reverse("admin:django_q_success_changelist"))
    planned = boss.get(reverse("admin:django_q_schedule_changelist"))

    assert "None" not in failed.text
    assert ">1.24<" in done.text
    assert ">without end<" in planned.text
