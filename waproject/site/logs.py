"""What the logs hold, and what is kept out of them."""

import logging
from http import HTTPStatus
from typing import Any


class WithoutTraceback(logging.Filter):
    """One line for a request that was refused: its sender knows what was wrong with it.

    A traceback for each would let a stranger fill the disk.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 0) < HTTPStatus.INTERNAL_SERVER_ERROR:
            record.exc_info = None
        return True


def logging_settings(level: str) -> dict[str, Any]:
    """One line for each event, on the standard error; `level` is the least that is written."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "waproject.core.text.concealing.ConcealingFormatter",
                "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        # At DEBUG it writes the URLs it asks for, and ours carry phone numbers.
        "loggers": {
            "urllib3": {"level": "INFO"},
            # At lower levels it writes the name that was typed, which may be a password.
            "axes": {"level": "ERROR"},
            "django-q": {"filters": ["heartbeats"]},
            "django.request": {"filters": ["refusals"]},
            "django.security.RequestDataTooBig": {"filters": ["refusals"]},
            "django.security.TooManyFieldsSent": {"filters": ["refusals"]},
        },
        "filters": {
            "refusals": {"()": "waproject.site.logs.WithoutTraceback"},
            "heartbeats": {
                "()": "waproject.workers.logs.Without",
                "text": "waproject.workers.jobs.heartbeat",
            },
        },
    }
