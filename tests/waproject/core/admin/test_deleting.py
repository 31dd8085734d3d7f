import pytest
from django.urls import reverse

from contacts.models import Tag
from messaging.models import Conversation
from tests.factories.people import people, person
from waproject.core.admin.deleting import MOST_NAMED

pytestmark = pytest.mark.django_db


def test_what_is_in_the_way_is_named_in_part(boss, sender, django_assert_max_num_queries):
    found = people(2 * MOST_NAMED, name="Ana {}")
    Conversation.objects.bulk_create(Conversation(sender=sender, contact=one) for one in found)
    page = reverse("admin:messaging_sender_delete", args=[sender.pk])

    with django_assert_max_num_queries(2 * MOST_NAMED):
        response = boss.get(page)

    assert len(response.context["protected"]) == MOST_NAMED
    assert "Ana" in response.context["protected"][0]


def test_links_are_not_named(boss):
    tag = Tag.objects.create(name="VIP")
    person().tags.add(tag)

    response = boss.get(reverse("admin:contacts_tag_delete", args=[tag.pk]))

    assert (len(response.context["deleted_objects"]), response.context["protected"]) == (1, [])


def test_what_has_few_others_is_deleted(boss):
    tag = Tag.objects.create(name="VIP")
    person().tags.add(tag)

    boss.post(reverse("admin:contacts_tag_delete", args=[tag.pk]), {"post": "yes"})

    assert not Tag.objects.exists()


def test_senders_that_are_chosen_stay_while_they_have_conversations(boss, sender):
    Conversation.objects.create(sender=sender, contact=person())
    chosen = {"action": "delete_selected", "_selected_action": [sender.pk]}

    response = boss.post(reverse("admin:messaging_sender_changelist"), chosen)

    assert len(response.context["protected"]) == 1


def test_what_nobody_opens_is_counted_by_kind(boss, template):
    """Its rows have numbers for names."""
    response = boss.get(reverse("admin:messaging_template_delete", args=[template.pk]))

    named, *others = response.context["deleted_objects"]
    assert "promo" in named
    assert others == ["Versions of templates: 1", "Approvals of templates: 1"]
