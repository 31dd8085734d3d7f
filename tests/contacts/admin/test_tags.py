import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Tag

LIST = reverse("admin:contacts_tag_changelist")
ADD = reverse("admin:contacts_tag_add")

pytestmark = pytest.mark.django_db


def test_list_counts_the_people_of_each_tag(boss, make_people, vip):
    make_people(3)
    Tag.objects.create(name="taller")

    response = boss.get(LIST)

    tags = response.context["cl"].result_list
    assert {tag.name: tag.contact_count for tag in tags} == {"VIP": 3, "taller": 0}


def test_list_costs_the_same_for_one_and_for_twenty(boss):
    costs = []
    for more in (1, 19):
        Tag.objects.bulk_create([Tag(name=f"tag {more} {number}") for number in range(more)])
        with CaptureQueriesContext(connection) as queries:
            boss.get(LIST)
        costs.append(len(queries))

    assert costs == [9, 9]


@pytest.mark.parametrize("name", ["vip", "VIP", "vi\u200bp "])
def test_tag_that_differs_by_case_or_invisible_signs_alone_is_refused(boss, vip, name):
    response = boss.post(ADD, {"name": name})

    assert response.context["adminform"].form.errors == {
        "name": ["There is the tag “VIP” already. Use it, or choose another name."]
    }


def test_tag_keeps_its_own_name(boss, vip):
    boss.post(reverse("admin:contacts_tag_change", args=[vip.pk]), {"name": "Vip"})

    assert Tag.objects.get().name == "Vip"
