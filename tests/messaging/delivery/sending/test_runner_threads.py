import threading

import pytest
from asgiref.sync import async_to_sync
from django.db import InterfaceError, OperationalError, connection
from psycopg.errors import DeadlockDetected

from campaigns.models import Recipient
from messaging.delivery.sending import runner
from messaging.delivery.settling.settlement import settle
from tests.sending import run
from waproject.core.db import threads
from waproject.core.db.threads import database, end, second_thread


def test_database_work_survives_a_deadlock():
    attempts = []

    def lock_rows() -> str:
        attempts.append("attempt")
        if len(attempts) == 1:
            raise OperationalError("deadlock detected") from DeadlockDetected()
        return "locked"

    assert async_to_sync(database(lock_rows))() == "locked"
    assert len(attempts) == 2


def test_database_closes_a_connection_that_broke(db, monkeypatch):
    closed = []
    monkeypatch.setattr(
        threads.connection, "close_if_unusable_or_obsolete", lambda: closed.append(True)
    )

    def break_down():
        raise InterfaceError("the connection is closed")

    with pytest.raises(InterfaceError):
        async_to_sync(database(break_down))()

    assert closed == [True]


def test_there_is_no_second_thread_within_a_transaction(db):
    assert second_thread() is None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_end_closes_the_connection_of_a_second_thread():
    open_ones = []

    def ask():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        open_ones.append(connection.connection)
        return threading.current_thread().name

    thread = second_thread()
    try:
        names = [ask(), async_to_sync(database(ask, thread))()]
    finally:
        end(thread)

    apart = connection.vendor == "postgresql"
    assert names == ["MainThread", "settling_0" if apart else "MainThread"]
    assert (open_ones[0] is open_ones[1]) is not apart
    assert [getattr(one, "closed", False) for one in open_ones] == [False, apart]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_run_settles_on_the_second_thread_and_on_none_that_lasts(
    active, fill, simulator, monkeypatch
):
    fill(20)
    settled_on = set()

    def note(*args):
        settled_on.add(threading.current_thread().name)
        settle(*args)

    monkeypatch.setattr(runner, "settle", note)

    accepted = run(active, seconds=5).accepted

    apart = connection.vendor == "postgresql"
    assert (accepted, settled_on) == (20, {"settling_0" if apart else "MainThread"})
    assert Recipient.objects.filter(status="sent").count() == 20
    assert "settling_0" not in {thread.name for thread in threading.enumerate()}
