"""The requests that the simulated provider makes: statuses, and what its people write."""
