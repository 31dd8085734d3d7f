"""Unguessable names of messages, carried by their callback URLs."""

import secrets

TOKEN = 22  # characters


def new_token() -> str:
    """One such name (22 characters)."""
    return secrets.token_urlsafe(16)


def new_tokens(count: int) -> list[str]:
    """So many such names from one draw, which costs less than a draw for each."""
    text = secrets.token_urlsafe(17 * count)
    return [text[start : start + TOKEN] for start in range(0, TOKEN * count, TOKEN)]
