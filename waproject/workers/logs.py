"""A filter that keeps lines out of the logs."""

import logging


class Without(logging.Filter):
    """Drops the lines that speak of `text`, unless they are warnings or worse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno > logging.INFO or self.text not in record.getMessage()
