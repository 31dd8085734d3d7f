"""What is kept out of the logs."""

import logging
from http import HTTPStatus


class WithoutTraceback(logging.Filter):
    """One line for a request that was refused: its sender knows what was wrong with it.

    A traceback for each would let a stranger fill the disk.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 0) < HTTPStatus.INTERNAL_SERVER_ERROR:
            record.exc_info = None
        return True
