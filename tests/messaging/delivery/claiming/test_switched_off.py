"""Senders and accounts that are switched off while their messages are claimed and sent."""

import time

import pytest
from django.utils import timezone

from messaging.accounts import switch_off, switch_on
from messaging.delivery.claiming import claims
from messaging.models import Account, Delivery, Sender
from tests.sending import run
from waproject.accounts.actors import SYSTEM


def switch_account_off(sender: Sender) -> None:
    switch_off([sender.account_id], by=SYSTEM)


def switch_sender_off(sender: Sender) -> None:
    Sender.objects.filter(pk=sender.pk).update(status="disabled")


def take(sender: Sender) -> claims.Claim:
    return claims.claim(sender.pk, 3, now=timezone.now())


def states() -> list[tuple[str, int]]:
    """State and attempts of each delivery."""
    return list(Delivery.objects.values_list("state", "attempts"))


def test_nothing_is_claimed_while_the_account_is_off(active, fill):
    fill(3)
    switch_account_off(active.sender)

    taken = take(active.sender)

    assert (taken.deliveries, taken.account_is_off) == ([], True)
    assert states() == [("waiting", 0)] * 3


def test_nothing_is_claimed_for_an_account_that_the_sender_has_no_more(active, fill):
    fill(3)
    before = active.sender.account_id
    Sender.objects.update(account=Account.objects.create(name="Sur", external_id="AC" + "7" * 32))

    taken = claims.claim(active.sender_id, 3, now=timezone.now(), account_id=before)

    assert (taken.deliveries, taken.account_is_off) == ([], True)


def test_a_campaign_is_paused_when_its_sender_is_off_as_well_as_the_account(active, fill):
    fill(3)
    switch_account_off(active.sender)
    switch_sender_off(active.sender)

    taken = take(active.sender)

    active.refresh_from_db()
    assert (taken.seen, taken.account_is_off) == (0, False)
    assert (active.status, active.status_reason) == ("paused", "sender_off")


def test_an_account_that_is_on_again_sends_what_waited(active, fill):
    fill(3)
    switch_account_off(active.sender)
    switch_on([active.sender.account_id], by=SYSTEM)

    assert len(take(active.sender).deliveries) == 3


@pytest.mark.parametrize("switch", [switch_account_off, switch_sender_off])
def test_the_last_look_gives_back_what_was_claimed(active, fill, switch):
    fill(3)
    taken = take(active.sender)
    switch(active.sender)

    assert claims.last_look(taken.deliveries) == []

    assert states() == [("waiting", 0)] * 3


def test_a_run_ends_when_the_account_is_switched_off(active, fill, simulator, monkeypatch):
    fill(3)
    claim = claims.claim

    def claim_then_switch_off(*given, **named):
        taken = claim(*given, **named)
        if taken.deliveries:
            switch_account_off(active.sender)
        return taken

    monkeypatch.setattr(claims, "claim", claim_then_switch_off)
    began = time.monotonic()

    run(active, seconds=20)

    assert time.monotonic() - began < 10
    assert (simulator.journal, states()) == ([], [("waiting", 0)] * 3)
