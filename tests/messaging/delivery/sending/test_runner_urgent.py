"""What a person wrote leaves before a campaign that is under way."""

from contacts.models import Contact
from messaging.delivery import queue
from messaging.delivery.claiming import claims
from tests.sending import run

GROUP = 4


def test_an_answer_takes_the_first_slot_of_the_next_group(active, fill, simulator, monkeypatch):
    active.sender.rate = GROUP / 0.2
    active.sender.save()
    person = Contact.objects.create(phone="+56971111111")
    answers = queue.open_stream(active.sender_id, "answer", priority=10, purpose="service")
    look, looks = claims.last_look, []

    def answer_at_the_third_look(group):
        looks.append(len(group))
        if len(looks) == 3:
            queue.enqueue(answers, [queue.Item(person.pk, person.phone, body="Aquí estoy.")])
        return look(group)

    monkeypatch.setattr(claims, "last_look", answer_at_the_third_look)
    fill(8 * GROUP)

    run(active, seconds=8)

    order = [
        e["to"] for e in sorted(simulator.journal, key=lambda e: e["at"]) if e["kind"] == "api"
    ]
    assert len(order) == 8 * GROUP + 1
    # On a slow machine some of those looked at miss their slots, and go after the answer; the next
    # group may be claimed by then.
    assert order.index("whatsapp:+56971111111") < sum(looks[:3]) + GROUP + 2
