"""The tick's tasks of the summaries, as they come round."""

from datetime import datetime, timedelta

import time_machine

from campaigns.summaries.campaigns import count_campaigns
from campaigns.summaries.days import count_days


def count_at(moment: datetime) -> None:
    """Let both tasks come often enough around this moment to count all that there is."""
    for minutes in (0, 3, 6):
        with time_machine.travel(moment + timedelta(minutes=minutes), tick=False):
            count_campaigns()
            count_days()
