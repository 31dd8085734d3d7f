"""What the first page says of a sender whose quality has fallen."""

import pytest

from messaging.models import Sender
from messaging.states import Quality
from waproject.site.home.budget import quotas
from waproject.site.home.campaigns import Campaigns
from waproject.site.home.counts import counts
from waproject.site.home.matters import matters
from waproject.site.home.troubles import FALLING, Trouble, Troubles

pytestmark = pytest.mark.django_db


def fallen(user, sender: Sender) -> str:
    """The detail of the matter."""
    trouble = Trouble(FALLING, sender.pk, sender.name, sender.quality)
    [matter] = matters(user, counts(), Troubles([trouble], []), Campaigns(), quotas(user))
    return matter.detail


def test_sender_that_falls_without_a_limit_is_slowed_and_says_so(superuser, sender):
    Sender.objects.update(quality=Quality.YELLOW)

    assert "writes to fewer people a day by itself" in fallen(superuser, sender)


@pytest.mark.parametrize("fields", [{"share_when_medium": 100}, {"daily_limit": 0}])
def test_slow_down_that_does_not_happen_is_not_promised(superuser, sender, fields):
    Sender.objects.update(quality=Quality.YELLOW, **fields)

    assert fallen(superuser, sender) == "People block or report its messages"
