"""Small tasks that a supervisor runs several times a second, to find what has come due."""

import logging
import threading
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import close_old_connections, connection
from django.utils.module_loading import import_string

from waproject.tenants.scope import all_tenants

logger = logging.getLogger(__name__)

EVERY_SECONDS = 0.25
# After an error, since the next look would most probably meet the same one.
AFTER_ERROR_SECONDS = 2.0
END_SECONDS = 5.0


class PromptTasks:
    """A context in which the functions of settings.PROMPT_TASKS run, on a thread of its own.

    They look at the rows of all tenants at once, and enter the scope of one to do something.

    One that fails is logged when it begins to fail, and holds up no other. Several supervisors may
    run the same functions at the same moment.
    """

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="prompt-tasks", daemon=True)
        self._failing: set[str] = set()

    def __enter__(self) -> "PromptTasks":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """End the thread; a database that does not answer is not waited for."""
        self._stop.set()
        self._thread.join(END_SECONDS)

    def _run(self) -> None:
        tasks = [(name, import_string(name)) for name in settings.PROMPT_TASKS]
        while not self._stop.wait(self._pause):
            self.do_all(tasks)
        connection.close()

    @property
    def _pause(self) -> float:
        return AFTER_ERROR_SECONDS if self._failing else EVERY_SECONDS

    def do_all(self, tasks: Sequence[tuple[str, Callable[[], object]]]) -> None:
        """Do each task once. The log has the kind of an error alone: its text may quote a row."""
        for name, task in tasks:
            try:
                close_old_connections()
                with all_tenants():
                    task()
            except Exception as error:
                if name not in self._failing:
                    logger.error("%s fails with %s.", name, type(error).__name__)
                self._failing.add(name)
            else:
                self._failing.discard(name)
