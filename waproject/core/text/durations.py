"""Durations as people read them."""

from datetime import timedelta


def in_words(duration: timedelta) -> str:
    """The two largest units, which are written alike in every language we speak: `2 h 5 min`.

    From two days on with days: `2 d 5 h`.
    """
    seconds = round(duration.total_seconds())
    days, rest = seconds // 86_400, seconds % 86_400 // 3600
    if days > 1:
        return f"{days} d {rest} h" if rest else f"{days} d"
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    return f"{seconds} s"
