"""What a settlement costs must not depend on how many people a campaign has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.states import RecipientStatus
from campaigns.transitions import lock_by_token

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def test_recipients_of_a_settlement_are_found_by_their_tokens_alone():
    with CaptureQueriesContext(connection) as queries:
        lock_by_token(["a", "b"], RecipientStatus.SENT)

    [sql] = [one["sql"] for one in queries if "campaign_recipients" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = [row[3] for row in cursor.fetchall()]
    assert "(token=?)" in plan[0]
