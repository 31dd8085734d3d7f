"""Inviting people by e-mail: the link by which they choose a password and begin to work."""
