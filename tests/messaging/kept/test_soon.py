"""A thread takes in what is kept, without a worker."""

import time

import pytest

from messaging.kept import taking_in
from messaging.kept.folder import Folder
from messaging.models import Message
from messaging.webhooks import accounts
from tests.messaging.kept.test_kept import database_away


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_kept_is_taken_in_by_a_thread(write, monkeypatch):
    monkeypatch.setattr(accounts, "_recent", {})
    monkeypatch.setattr(taking_in, "AGAIN_AFTER", 0.01)
    write("Hola", 1)

    with database_away():
        write("uno", 2)
    deadline = time.monotonic() + 30
    while taking_in._soon._threads and time.monotonic() < deadline:
        time.sleep(0.02)

    assert Folder.of_tenant().is_empty
    assert Message.objects.inbound().count() == 2
