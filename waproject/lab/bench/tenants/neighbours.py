"""What a small business waits for its answers, alone and beside one with a million recipients."""

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.reports.catalogue import REPORTS
from messaging.delivery.claiming.claims import claim, last_look
from messaging.inbound.receive import receive
from messaging.models import Conversation, Sender
from messaging.providers.base import Arrival
from waproject.accounts.models import User
from waproject.lab.bench.clock import timed
from waproject.lab.bench.filling.people import launch_all, make_campaign, make_owners, phone
from waproject.lab.bench.lines import Line
from waproject.lab.bench.measuring import Bench
from waproject.lab.bench.tenants.crowd import make_large_business

RECIPIENTS = 1_000_000
OURS = 2_000
TIMES = 40
CLAIMED = 100
# Some milliseconds more are allowed for indexes that are one level deeper, and for noise.
MOST_GROWTH = 1.5

# Milliseconds of each kind of work: alone, and beside the large business.
Waits = dict[str, tuple[float, float]]


def neighbours(bench: Bench) -> list[Line]:
    """Each kind of work in a small business, before and after the other is there."""
    count = bench.size(RECIPIENTS)
    with bench.new_database() as url:
        waits: Waits = bench.apart(waits_beside, url, count=count)
    return [_line(work, *both) for work, both in waits.items()]


def _line(work: str, alone: float, beside: float) -> Line:
    figures = gettext("%(beside).1f ms : %(alone).1f ms") % {"beside": beside, "alone": alone}
    return Line(str(_WORDS[work]), figures, beside / alone, MOST_GROWTH, at_most=True)


def waits_beside(count: int) -> Waits:
    """Make a business, measure it; make another of so many recipients, measure the first again."""
    make_owners(OURS)
    launch_all(make_campaign())
    for number in range(OURS // 10):
        receive(_arrival(number, "hola"))
    alone = _measure(first=OURS)
    make_large_business(count)
    beside = _measure(first=2 * OURS)
    return {work: (alone[work], beside[work]) for work in alone}


def _measure(first: int) -> dict[str, float]:
    client = Client(headers={"host": "localhost"})
    client.force_login(_reader())
    talk = Conversation.objects.order_by("pk")[0].pk
    pages = {
        "conversation": reverse("admin:inbox", query={"talk": talk}),
        "conversations": reverse("admin:messaging_conversation_changelist"),
        "recipients": reverse("admin:campaigns_recipient_changelist"),
    }
    works: dict[str, Callable[[int], object]] = {
        "claim": lambda _n: _claim(),
        "inbound": lambda n: receive(_arrival(first + n, "hola", known=n)),
        "reports": lambda _n: [list(report.function()) for report in REPORTS.values()],
    }
    works |= {name: partial(_open, client, url) for name, url in pages.items()}
    with override_settings(STORAGES=_PLAIN_STORAGES, SECURE_SSL_REDIRECT=False):
        return {name: _milliseconds(work) for name, work in works.items()}


def _milliseconds(work: Callable[[int], object]) -> float:
    """The best of so many times: what slows the machine for a moment must not decide."""
    taken = []
    for number in range(TIMES):
        with timed() as cost:
            work(number)
        taken.append(cost.seconds * 1_000)
    return min(taken)


def _claim() -> None:
    """Claim, and look once more; given back, so that the next time finds the same."""
    with transaction.atomic():
        found = claim(Sender.objects.get().pk, CLAIMED, now=timezone.now()).deliveries
        if len(last_look(found)) != CLAIMED:
            raise RuntimeError("Not everything that is due was claimed.")
        transaction.set_rollback(True)


def _open(client: Client, url: str, _number: int) -> None:
    if (status := client.get(url).status_code) != 200:
        raise RuntimeError(f"{url} was answered with {status}.")


def _arrival(number: int, text: str, known: int | None = None) -> Arrival:
    return Arrival(
        sid=f"SM{number:032x}",
        channel="whatsapp",
        sender_address="+56226180000",
        phone=phone(number if known is None else known),
        user_id=None,
        name="Camila",
        text=text,
        type="text",
        content={},
        at=timezone.now(),
    )


def _reader() -> User:
    return User.objects.get_or_create(
        username="bench", defaults={"is_staff": True, "is_superuser": True}
    )[0]


_PLAIN_STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
_WORDS = {
    "claim": _("claim of 100 and last look, beside a large business"),
    "inbound": _("an inbound message, beside a large business"),
    "reports": _("all reports, beside a large business"),
    "conversation": _("the page of a conversation, beside a large business"),
    "conversations": _("the list of conversations, beside a large business"),
    "recipients": _("the list of recipients, beside a large business"),
}
