"""Two transactions at once: on PostgreSQL alone, since SQLite lets one in at a time."""

from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from contacts.models import Contact
from messaging.delivery.timing.daily_limit import admit
from messaging.models import Opening
from tests.messaging.rivals import in_a_thread


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_never_admit_more_than_the_limit(sender):
    sender.daily_limit = 2
    sender.save()
    made = Contact.objects.bulk_create(Contact(phone=f"+5697{n:07d}") for n in range(4))
    people = [one.pk for one in made]
    admitted: list[int] = []

    def work(mine: list[int]) -> None:
        with transaction.atomic():
            admitted.extend(admit(sender, mine, timezone.now()).admitted)
        connection.close()

    workers = [in_a_thread(partial(work, mine)) for mine in (people[:2], people[2:])]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert (len(admitted), Opening.objects.count()) == (2, 2)
