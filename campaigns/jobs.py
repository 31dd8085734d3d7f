"""What the queue runs for campaigns. A job is a hint: the rows say what is to be done."""

import logging

from django.utils import timezone

from campaigns.changing import OperationRefused
from campaigns.models import Campaign
from campaigns.operations import give_up_start, launch_on_time
from campaigns.sending import templates
from campaigns.sending.completion import complete_if_done

logger = logging.getLogger(__name__)


def start_due_campaigns() -> str:
    """Launch the scheduled campaigns whose hour has come, unless it passed too long ago."""
    due = Campaign.objects.due(timezone.now()).order_by("scheduled_at", "pk")
    started = sum(_start(pk) for pk in due.values_list("pk", flat=True))
    return f"{started} started"


def _start(campaign_id: int) -> bool:
    """Launch one campaign. An error ends this start alone, not those of the others."""
    try:
        launch_on_time(campaign_id)
    except OperationRefused as error:
        if give_up_start(campaign_id, reasons=error.sentences):
            logger.warning("Campaign %s could not start by itself", campaign_id)
        return False
    except Exception as error:
        # Without the error's text, which can carry a person's data. The next tick tries again.
        logger.error("The start of campaign %s failed with %s", campaign_id, type(error).__name__)
        return False
    return True


def complete_campaigns() -> str:
    """Complete the campaigns that have nothing left to send, also those paused past their end."""
    done = Campaign.objects.completable(timezone.now()).values_list("pk", flat=True)
    return f"{sum(complete_if_done(pk) for pk in list(done))} completed"


def pause_stopped(version_id: int) -> str:
    """Pause the campaigns that send a version of a template which WhatsApp has stopped."""
    return f"{templates.pause_stopped(version_id)} paused"
