"""The pictures of README.md and docs/, taken of the demonstration."""
