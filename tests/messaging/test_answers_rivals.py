"""The same answer posted by several clicks at the same moment, each over its own connection."""

from functools import partial
from pathlib import Path
from shutil import copy

import pytest

from messaging.answers import Part, answer, take_back
from messaging.models import AnswerPost, Conversation, Delivery, Sender
from tests.installation import environment_for, run_manage
from tests.messaging.rivals import all_at_once
from waproject.accounts.actors import SYSTEM

CLICKS = 8
# What the other test does, in a process whose threads have connections of their own: on SQLite the
# suite's database has a single one.
IN_A_PROCESS = f"""
from functools import partial
from contacts.models import Contact
from messaging.models import AnswerPost, Conversation, Delivery, Sender
from messaging.answers import answer
from tests.messaging.rivals import all_at_once
from waproject.accounts.actors import SYSTEM
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant

with in_tenant(Tenant.objects.get().pk):
    sender = Sender.objects.create(name="Ventas", channel="sms", address="+56220000000")
    contact = Contact.objects.create(phone="+56975400946")
    talk = Conversation.objects.create(sender=sender, contact=contact)
    click = partial(answer, talk.pk, "Hola", by=SYSTEM, form_token="t")
    raised = all_at_once([click] * {CLICKS})
    print(raised, Delivery.objects.count(), AnswerPost.objects.count())
"""


@pytest.mark.only_on("postgresql")  # on the suite's SQLite its threads would share one connection
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_clicks_at_the_same_moment_send_one_answer(conversation: Conversation):
    Sender.objects.update(channel="sms")
    click = partial(answer, conversation.pk, "Hola", by=SYSTEM, form_token="t")

    raised = all_at_once([click] * CLICKS)

    assert (raised, Delivery.objects.count(), AnswerPost.objects.count()) == ([], 1, 1)


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_messages_of_one_answer_taken_back_at_the_same_moment_go_once(conversation: Conversation):
    Sender.objects.update(channel="sms")
    answer(conversation.pk, "Hola", by=SYSTEM, parts=[Part("Hola"), *[Part()] * 3])
    ids = [*Delivery.objects.order_by("pk").values_list("pk", flat=True)]

    raised = all_at_once([partial(take_back, conversation.pk, pk, by=SYSTEM) for pk in ids])

    # One takes all of them; the others come too late, and none waits for another for ever.
    assert [type(one).__name__ for one in raised] == ["CannotAnswer"] * 3
    assert (Delivery.objects.count(), AnswerPost.objects.count()) == (0, 0)


@pytest.mark.process
@pytest.mark.only_on("sqlite")
def test_clicks_at_the_same_moment_send_one_answer_on_sqlite(migrated: Path, tmp_path: Path):
    database = copy(migrated, tmp_path / "db.sqlite3")

    printed = run_manage(
        "shell", "-v0", "-c", IN_A_PROCESS, environment=environment_for(f"sqlite:///{database}")
    ).stdout

    assert printed.strip() == "[] 1 1"
