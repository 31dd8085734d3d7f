"""What a log may show of an error: its text may quote a row, or a message."""

import traceback


def kind_and_place(error: BaseException) -> str:
    """The kind of an error and the lines of code that it went through."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


def place(error: BaseException) -> str:
    """Where an error was raised: `/path/module.py:12`; empty when it was never raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
