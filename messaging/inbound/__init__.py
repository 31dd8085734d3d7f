"""What people write to the business, from the provider's request to the answer.

Read these modules in this order; each imports only those that come after it in this list.

1. late: asks the provider for messages whose webhook was not answered; gives them to `receive`.
2. receive: one message at the door; its three ways into the database stand there top-down.
3. take_in: the steps of messages of different people, within one transaction.
4. contacts: finds, makes and locks the senders' contacts, and joins two that are one person.
5. answers: lets the registered handlers see the messages, and logs their answers.
6. store: the rows of messages, senders and conversations.
7. types: a message as it came (Arrival), as handlers see it (Inbound), and their Reply.

The handlers of this app are opt_outs (with late_consent) and menu; INBOUND_HANDLERS names all.
"""
