"""Two syncs of one account at once: on PostgreSQL alone."""

from threading import Barrier

import pytest

from messaging.approvals import syncing
from messaging.models import Account, Template
from tests.messaging.approvals.test_syncing import put
from tests.messaging.rivals import PATIENCE, all_at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_two_syncs_at_once_import_each_template_once(simulate, monkeypatch):
    simulator, account = simulate(contents=()), Account.objects.foremost()
    put(simulator)
    both, known = Barrier(2, timeout=PATIENCE), syncing._known

    def read_by_both(account):
        found = known(account)
        both.wait()
        return found

    monkeypatch.setattr(syncing, "_known", read_by_both)

    done = []

    raised = all_at_once([lambda: done.append(syncing.sync(account))] * 2)

    assert (raised, Template.objects.count()) == ([], 1)
    assert [(one.imported, one.failed) for one in sorted(done, key=str)] == [(0, 0), (1, 0)]
