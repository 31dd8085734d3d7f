import threading

import pytest
from django.db import OperationalError

from waproject.workers import prompt_tasks
from waproject.workers.prompt_tasks import PromptTasks

called = threading.Event()


def look() -> None:
    called.set()


@pytest.fixture
def tasks(db):
    """One task that fails as often as `troubles` has errors, and one that is counted."""
    troubles, done = [], []

    def fail():
        if troubles:
            raise troubles.pop()

    return PromptTasks(), [("a.fail", fail), ("a.work", lambda: done.append(1))], troubles, done


def test_prompt_tasks_run_while_the_supervisor_does(settings, monkeypatch):
    monkeypatch.setattr(prompt_tasks, "EVERY_SECONDS", 0.01)
    settings.PROMPT_TASKS = [f"{__name__}.look"]
    called.clear()

    with PromptTasks() as running:
        seen = called.wait(10)

    assert (seen, running._thread.is_alive()) == (True, False)


def test_do_all_does_the_others_when_one_fails(tasks):
    prompt, all_tasks, troubles, done = tasks
    troubles.append(RuntimeError("bug"))

    prompt.do_all(all_tasks)

    assert done == [1]


def test_do_all_logs_a_failure_once_and_without_its_text(tasks, caplog):
    prompt, all_tasks, troubles, _done = tasks
    troubles += [OperationalError("+56975400946")] * 3

    for _time in range(4):
        prompt.do_all(all_tasks)

    assert caplog.messages == ["a.fail fails with OperationalError."]
