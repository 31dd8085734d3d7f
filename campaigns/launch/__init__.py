"""The launch of a campaign: its text and its people are frozen, and then it may send.

texts           what is sent: a template's text or the campaign's own
people          everyone of the audience, with the text that they would read
estimate        how long the sending will take
checks          what a launch would do: people reached and left out, and what is wrong
counting        the same for a large audience, counted by a long job
recipients      the people as rows of the campaign, and the deliveries of what they are sent
further_chunks  all but the first people, by a long job; it ends by sending, or by going back
launch          the text and the first people, at once, for the caller

Each module calls those above it, and none below.
"""
