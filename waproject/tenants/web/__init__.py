"""The tenant of a request: who works for which business, and how they change to another."""
