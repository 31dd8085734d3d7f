"""Everything that leaves: one queue, served by sender. The way of a message, in this order.

queue           a source (`sources`) puts deliveries into a stream and wakes its sender
waking          a job is queued for the sender: now, or when something comes due (`moments`)
runner          one worker a sender (`lanes`) claims, looks, sends and settles until nothing is due
streams         which sources have their turn: by priority, with equal shares among equals
claims          rows that are `due` become claimed, tested for all that may forbid it, and committed
slots           the sender's rate, shared by workers; `dispatch` lets each request go in its slot
requests        the provider is called once for each delivery
settlement      what it answered is written down in bulk (`outcomes`), and the delivery deleted
reconciliation  the provider is asked about the uncertain, and by `polling` about silent messages
"""
