"""The people that a campaign is for: filters, the form of the filters, and their description.

filters reads and applies them; form shows them as fields; words describes them in a sentence.
"""
