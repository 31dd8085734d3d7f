import re

import pytest
from django.urls import reverse

from campaigns.admin.mini_funnel import in_words, mini_funnel
from campaigns.tracking.funnel import Funnel
from tests.factories.campaigns import recipients

FUNNEL = Funnel(recipients=200, sent=180, delivered=160, read=100, replied=40)


def test_bar_has_each_person_in_one_part():
    bar = mini_funnel(FUNNEL)

    parts = re.findall(r'<rect class="(\w+)" x="(\d+)" width="(\d+)"', bar)
    assert parts == [
        ("replied", "0", "200"),
        ("read", "200", "300"),
        ("delivered", "500", "300"),
        ("sent", "800", "100"),
        ("left", "900", "100"),
    ]


def test_bar_says_its_numbers_and_leaves_out_parts_without_anybody():
    assert in_words(FUNNEL) == (
        "40 replied, 60 only read it, 60 only got it, 20 not delivered so far, 20 not sent"
    )
    assert in_words(Funnel(recipients=1, sent=1, delivered=1)) == "1 only got it"


@pytest.mark.django_db
def test_campaign_without_people_has_its_state_and_no_bar(boss, campaign):
    page = boss.get(reverse("admin:campaigns_campaign_changelist"))

    assert mini_funnel(Funnel()) == ""
    assert '<span class="chip">Draft</span></td>' in page.text


@pytest.mark.django_db
def test_list_of_campaigns_has_the_bar_of_each(boss, campaign):
    recipients(campaign, "read", "failed")

    page = boss.get(reverse("admin:campaigns_campaign_changelist"))

    assert re.findall(r'class="mini-funnel".*?aria-label="([^"]+)"', page.text) == [
        "1 only read it, 1 not delivered so far"
    ]
