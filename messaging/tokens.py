"""Unguessable names of messages, carried by their callback URLs.

They begin with the second in which they were made, as UUIDs of version 7 do (RFC 9562): rows made
together stand together in the indexes of their tokens, so that a large table costs a new row no
more than a small one. The rest, 96 bits, is random.
"""

import secrets
import time

TOKEN = 22  # characters
_RANDOM = 16  # of them
_BITS = 6  # that one character holds
_ALPHABET = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def new_token() -> str:
    """One such name (22 characters)."""
    [token] = new_tokens(1)
    return token


def new_tokens(count: int) -> list[str]:
    """So many such names from one draw, which costs less than a draw for each."""
    moment, text = _moment(), secrets.token_urlsafe(_RANDOM * count)
    return [moment + text[start : start + _RANDOM] for start in range(0, _RANDOM * count, _RANDOM)]


def _moment() -> str:
    """The second of now in six characters, in the order of time."""
    seconds = int(time.time())
    shifts = range(_BITS * (TOKEN - _RANDOM - 1), -1, -_BITS)
    return "".join(_ALPHABET[seconds >> shift & 2**_BITS - 1] for shift in shifts)
