"""How our senders stand with the provider: quality, limits, state, and where they report to."""
