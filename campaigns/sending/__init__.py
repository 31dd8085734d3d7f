"""What campaigns tell the queue of deliveries, and what they write down of its outcomes.

delivery_source is what the queue calls (settings.DELIVERY_SOURCES). It asks frequency_cap who had
enough messages, pauses a campaign (pauses), and completes it (completion). retries queues failed
recipients again. streams keeps the campaign's stream in the queue; all the others use it.
"""
