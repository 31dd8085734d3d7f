"""Each way in which the three ledgers can differ is found, and nothing else is."""

from campaigns.models import Campaign, Recipient
from contacts.models import Contact
from messaging.models import Message
from waproject.lab.faults.ledgers import differences, totals_of


def test_differences_are_none_when_the_ledgers_agree(campaign, journal, statuses):
    assert differences([campaign], journal, statuses) == []


def test_differences_name_who_was_written_to_twice(campaign, delivered, journal, entry, statuses):
    twice = [*journal, entry(delivered[0], sid="SM" + "f" * 32)]

    found = differences([campaign], twice, statuses)

    assert found[0] == f"Recipients written to twice: {delivered[0].pk}."


def test_differences_name_who_was_lost(campaign, delivered, journal, statuses):
    found = differences([campaign], journal[1:], statuses)

    assert found[0] == f"Recipients neither written to nor skipped: {delivered[0].pk}."


def test_differences_excuse_who_was_skipped(campaign, delivered, journal, statuses):
    pk = delivered[0].pk
    Recipient.objects.filter(pk=pk).update(status="skipped", sent_at=None, message_sid=None)

    assert differences([campaign], journal[1:], statuses) == []


def test_differences_name_who_was_skipped_and_written_to(campaign, delivered, journal, statuses):
    Recipient.objects.filter(pk=delivered[0].pk).update(status="skipped")

    found = differences([campaign], journal, statuses)

    assert found[0] == (f"Recipients skipped, and written to all the same: {delivered[0].pk}.")


def test_differences_name_what_is_open(campaign, delivered, journal, statuses):
    Recipient.objects.filter(pk=delivered[0].pk).update(status="pending")

    found = differences([campaign], journal, statuses)

    assert found[0] == f"Recipients whose outcome is open: {delivered[0].pk}."


def test_differences_name_who_has_no_final_status(campaign, delivered, journal, statuses):
    Recipient.objects.filter(pk=delivered[0].pk).update(status="sent")
    statuses[str(delivered[0].message_sid)] = "sent"

    found = differences([campaign], journal, statuses)

    assert found[0] == f"Recipients sent, and without a final status: {delivered[0].pk}."


def test_differences_name_another_state_than_the_provider_s(campaign, delivered, journal, statuses):
    statuses[str(delivered[0].message_sid)] = "undelivered"

    [found] = differences([campaign], journal, statuses)

    assert found == (f"Recipients in another state than the provider has them: {delivered[0].pk}.")


def test_differences_name_what_is_not_in_the_log(campaign, delivered, journal, statuses):
    Message.objects.filter(message_sid=delivered[0].message_sid).delete()

    [found] = differences([campaign], journal, statuses)

    assert found == f"Recipients sent, and not in the log of messages: {delivered[0].pk}."


def test_differences_name_a_campaign_that_did_not_end(campaign, journal, statuses):
    Campaign.objects.update(status="active")

    [found] = differences([campaign], journal, statuses)

    assert found == f"Campaigns that did not end: {campaign.pk}."


def test_differences_include_the_proof_of_the_journal(campaign, journal, entry, statuses):
    stranger = {**journal[0], "sid": "SM" + "e" * 32, "status_callback": None}

    [found] = differences([campaign], [*journal, stranger], statuses)

    assert found == f"{stranger['sid']} was accepted by the provider but belongs to no recipient."


def test_totals_count_each_ledger_by_itself(campaign, delivered, journal):
    Message.objects.filter(message_sid=delivered[0].message_sid).delete()

    totals = totals_of(campaign, [*journal[1:], journal[1]])

    assert (totals.people, totals.accepted, totals.sent, totals.logged) == (3, 3, 3, 2)
    assert (totals.twice, totals.missing, totals.skipped, totals.open) == (1, 1, 0, 0)


def test_differences_name_ten_of_many(campaign):
    people = Contact.objects.bulk_create(Contact(phone=f"+569800000{n:02}") for n in range(12))
    Recipient.objects.bulk_create(
        Recipient(campaign=campaign, contact=one, phone=one.phone, status="failed")
        for one in people
    )

    found = differences([campaign], [], {})

    assert found[0].startswith("Recipients neither written to nor skipped: ")
    assert found[0].endswith(", … (12).")
