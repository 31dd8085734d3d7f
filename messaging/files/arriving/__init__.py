"""From an inbound message to its files: receiving notes them, fetching brings them."""
