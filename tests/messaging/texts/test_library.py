"""The templates to begin with keep the rules of the platform, also as they are written twice."""

import pytest

from messaging.models import Template
from messaging.texts.changing import begin_with
from messaging.texts.library import models
from messaging.texts.rules.checking import objections
from tests.messaging.texts.rules.platform import broken
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event

MODELS = models()


@pytest.mark.parametrize("model", MODELS, ids=lambda one: one.name)
def test_a_template_of_the_library_keeps_all_rules(model):
    assert objections(model.content) == []
    assert broken(model.content) == set()


def test_there_are_a_dozen_of_different_names_and_texts():
    assert len({one.name for one in MODELS}) == len({one.content.body for one in MODELS}) == 12


def test_using_one_makes_a_draft_with_an_event(db):
    [first, second] = [begin_with("resena", MODELS[-1].content, by=SYSTEM) for _ in range(2)]

    assert (first.name, second.name, first.status) == ("resena", "resena_2", "draft")
    assert first.current.body == MODELS[-1].content.body
    events = Event.objects.filter(action="messaging.template_from_library")
    assert [event.object_id for event in events.order_by("pk")] == [str(first.pk), str(second.pk)]
    assert Template.objects.count() == 2
