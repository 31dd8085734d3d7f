"""What became of a campaign's messages after they left.

status_listener moves recipients by the provider's reports, with late_deliveries where a failure
was reported before. reply_attribution credits answers to campaigns, closings what staff sold in
conversations, which sales adds up. funnel counts all of it.
"""
