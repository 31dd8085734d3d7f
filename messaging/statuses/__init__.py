"""What the provider reports of messages that it accepted: sent, delivered, read, or failed.

Read these modules in this order; each imports only those that come after it in this list.

1. retry_unmatched: a task of the tick; it applies stored reports whose message has appeared.
2. apply: one report at the door. In company with others where it is simple (`apply_together`), else
   alone (`apply_status`): the functions of STATUS_LISTENERS see it, and the message moves forward.
3. early: a report that came before the provider's answer was written down accepts its delivery.
4. unmatched: stores a report whose message nobody knows yet, or that says nothing we know.
5. people: the listener of messages that are no campaign's; a late failure may be about the person.
6. accounts: through which account each message was sent.
7. reports: a report as it came (StatusReport), and the registered listeners.

What a message may move to stands in messaging.states.
"""
