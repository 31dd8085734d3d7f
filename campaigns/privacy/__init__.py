"""The recipients of people who are erased."""
