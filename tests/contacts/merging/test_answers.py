"""When staff answered stays known where two conversations become one."""

from contacts.merging import merge
from messaging.models import AnswerPost, Conversation
from waproject.accounts.actors import SYSTEM


def test_merge_keeps_when_staff_answered_in_either_conversation(kept, gone, sender):
    for contact in (kept, gone):
        talk = Conversation.objects.create(sender=sender, contact=contact)
        AnswerPost.objects.create(conversation=talk, digest=f"{contact.pk}", token=f"{contact.pk}")

    merge(kept.pk, gone.pk, by=SYSTEM)

    joined = Conversation.objects.get()
    assert AnswerPost.objects.filter(conversation=joined).count() == 2
