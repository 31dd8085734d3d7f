"""What one worker sends: the engine, against the same client without any database."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.launch.texts import version_of
from campaigns.models import Campaign
from campaigns.states import CampaignStatus, RecipientStatus
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.jobs import send_from
from messaging.delivery.sending.requests import outbound_request
from messaging.models import Delivery, DeliveryStream, Message
from messaging.providers.base import Accepted, OutboundRequest
from messaging.twilio.provider import TwilioProvider
from waproject.lab import services
from waproject.lab.bench.clock import Cost, timed
from waproject.lab.bench.filling.people import (
    launch_all,
    make_campaign,
    make_owners,
    new_campaign,
    phone,
)
from waproject.lab.bench.lines import Line
from waproject.lab.bench.measuring import Bench
from waproject.lab.ports import free_port
from waproject.workers.processes.children import Stack

RECIPIENTS = 8_000
IN_FLIGHT = 200
LATENCY = 0.1
# One after the other: ten seconds are enough.
ONE_BY_ONE = 100
LEAST_OF_BARE = 0.85
LEAST_OF_ONE_BY_ONE = 60

# What the bench is told of a run: messages, seconds by the clock, seconds of the processor.
Sent = dict[str, float]


def engine(bench: Bench) -> list[Line]:
    """The engine against the bare loop, and against one message after the other."""
    count = bench.size(RECIPIENTS)
    ways: dict[str, list[Sent]] = {"one": [], "bare": [], "engine": []}
    with provider(LATENCY) as environment, bench.new_database() as unused:
        for _round in range(bench.rounds):
            for way, number, in_flight in (("one", ONE_BY_ONE, 1), ("bare", count, IN_FLIGHT)):
                sent = bench.apart(
                    send_bare,
                    unused,
                    environment=environment,
                    recipients=number,
                    in_flight=in_flight,
                )
                ways[way].append(sent)
            ways["engine"].append(send_engine(bench, environment, count))
    return judged(count, ways)


def judged(count: int, ways: Mapping[str, list[Sent]]) -> list[Line]:
    """The best round of each way, compared."""
    one, bare, ours = (max(ways[way], key=rate) for way in ("one", "bare", "engine"))
    lost = sum(count - int(sent["sent"]) for way in ("bare", "engine") for sent in ways[way])
    flaw = _("Not everything was sent and logged.") if lost else ""
    return [
        Line(work, f"{speed(ours)} : {speed(other)}", rate(ours) / rate(other), wanted, flaw=flaw)
        for work, other, wanted in (
            (_("engine, over the same client in a bare loop"), bare, LEAST_OF_BARE),
            (_("engine, over one message after the other"), one, LEAST_OF_ONE_BY_ONE),
        )
    ]


def rate(sent: Sent) -> float:
    return sent["sent"] / sent["seconds"]


def speed(sent: Sent) -> str:
    """Messages per second, and the processor's milliseconds for each."""
    milliseconds = 1_000 * sent["cpu"] / sent["sent"]
    return _("%(rate).0f/s (%(cpu).2f ms)") % {"rate": rate(sent), "cpu": milliseconds}


def send_engine(bench: Bench, environment: Mapping[str, str], recipients: int) -> Sent:
    """Launch a campaign on a new database, and let a worker's process send it."""
    with bench.new_database() as url:
        bench.apart(prepare, url, environment=environment, recipients=recipients)
        sent: Sent = bench.apart(send_all, url, environment=environment)
    return sent


def prepare(recipients: int) -> int:
    """People, and a launched campaign to them."""
    make_owners(recipients)
    launch_all(make_campaign())
    return recipients


def send_all(between: Callable[[], None] | None = None) -> Sent:
    """Do the jobs of the launched campaign until there is nothing left to do.

    By the clock, with all that a job does besides sending. `sent` counts who is sent and logged.
    `between` is called after each job, and costs nothing here.
    """
    campaign = Campaign.objects.get()
    # Loads the site's urls, once in the life of a process; the bare loop's requests have it too.
    campaign.sender.callback_url("")
    cost = Cost()
    while Campaign.objects.filter(status=CampaignStatus.ACTIVE).exists():
        with timed() as of_the_job:
            send_from(campaign.sender_id)
        cost.add(of_the_job)
        if between:
            between()
    sent = campaign.recipients.filter(status=RecipientStatus.SENT, message_sid__isnull=False)
    logged = Message.objects.filter(message_sid__in=sent.values("message_sid"))
    return {"sent": logged.count(), **asdict(cost)}


def send_bare(recipients: int, in_flight: int) -> Sent:
    """Send as many of the same requests through the same client, without any database."""
    campaign, now = new_campaign(), timezone.now()
    variables = {
        "nombre": "Camila",
        "marca": "Toyota",
        "modelo": "Yaris",
        "ano": "2015",
        "precio": "$7.990.000",
    }
    rows = (
        Delivery(
            stream=DeliveryStream(sender=campaign.sender),
            address=phone(number),
            variables=variables,
            template_version=version_of(campaign),
            claimed_at=now,
            lease_until=now,
        )
        for number in range(recipients)
    )
    requests = [outbound_request(campaign.sender, Claimed.of(row)) for row in rows]
    with timed() as cost:
        sent = asyncio.run(_drain(iter(requests), in_flight))
    return {"sent": sent, **asdict(cost)}


async def _drain(requests: Iterator[OutboundRequest], in_flight: int) -> int:
    twilio = TwilioProvider()
    async with twilio.gateway(twilio.environment_credentials()) as gateway:

        async def sender() -> int:
            return sum([isinstance(await gateway.send(one), Accepted) for one in requests])

        return sum(await asyncio.gather(*(sender() for _one in range(in_flight))))


@contextmanager
def provider(latency: float) -> Iterator[dict[str, str]]:
    """A provider in a process of its own; yields the environment of those who send to it."""
    port = free_port()
    command = [sys.executable, "-m", "waproject.lab.bench.provider", str(port), str(latency)]
    with Stack({}) as stack:
        stack.start("provider", command)
        services.wait_until_it_answers(stack, "provider", port)
        yield {
            **services.simulated_environment(free_port(), port),
            "SENDING_IN_FLIGHT": str(IN_FLIGHT),
        }
