"""The launch of a campaign: its text and its people are frozen, and then it may send."""
