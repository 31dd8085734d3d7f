"""The log of operations, measured."""
