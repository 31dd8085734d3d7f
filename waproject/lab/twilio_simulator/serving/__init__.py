"""The requests that the simulated provider answers: its API, and the lab's control of it."""
