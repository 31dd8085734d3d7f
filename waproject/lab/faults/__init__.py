"""The fault harness: real processes, killed at random, and the proof that nobody noticed."""
