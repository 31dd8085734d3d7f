"""Everything that leaves: one queue, served by sender. The way of a message, in this order.

queue     a source (`sources`) puts deliveries into a stream and wakes its sender
waking    a job is queued for the sender: now, or when something comes due (`timing.moments`)
sending   the `runner` of a sender (`lanes`) claims, looks, sends and settles until nothing is due
claiming  `streams`: whose turn it is, by priority, with equal shares among equals; `claims`: rows
          that are `due` become claimed, tested for all that may forbid it, and committed
timing    `slots`: the sender's rate, shared by workers; `pace`: a stream's own; `daily_limit`
sending   `dispatch` lets each request go in its slot; the provider is called once for each delivery
settling  what it answered is written down in bulk (`settlement`), and the delivery deleted
settling  `reconciliation` asks the provider about the uncertain, `polling` about silent messages
"""
