"""The messages of people who are erased."""
