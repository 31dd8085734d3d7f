"""Signed requests of every form and length: none may end in an error of the server."""
