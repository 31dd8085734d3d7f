"""The databases, processes and sizes that every kind of work uses."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string

from waproject.lab import services
from waproject.lab.bench.databases import NewDatabase, manage
from waproject.lab.bench.lines import Line
from waproject.tenants.commands import tenant_of
from waproject.tenants.scope import in_tenant
from waproject.workers.processes.memory import LEAN

# A port on which no server answers.
NOBODY = 9


@dataclass(frozen=True)
class Bench:
    """One run on one kind of database. `recipients` is None where each kind has its own number."""

    new_database_of_its_kind: NewDatabase
    rounds: int
    recipients: int | None = None

    def new_database(self) -> AbstractContextManager[str]:
        """A new, migrated database; yields its URL."""
        return self.new_database_of_its_kind()

    def size(self, default: int) -> int:
        """How many people to measure with."""
        return self.recipients or default

    def apart(
        self,
        function: Callable[..., Any],
        url: str,
        *,
        environment: Mapping[str, str] | None = None,
        **arguments: Any,
    ) -> Any:
        """As the function `apart`, with a provider that answers nowhere unless told otherwise."""
        nobody = services.simulated_environment(NOBODY, NOBODY)
        return apart(function, url, environment={**nobody, **(environment or {})}, **arguments)


def apart(
    function: Callable[..., Any], url: str, *, environment: Mapping[str, str], **arguments: Any
) -> Any:
    """What a function of a module returns in a process of its own, on the database at `url`.

    `environment` names the provider: never the real one.
    """
    path = f"{function.__module__}.{function.__qualname__}"
    written = manage(
        url,
        *("bench", "--measure", path, json.dumps(arguments)),
        environment={**LEAN, **environment},
    )
    return json.loads(written.splitlines()[-1])


Kind = Callable[[Bench], list[Line]]


def measure(path: str, arguments: str) -> str:
    """The other side of `Bench.apart`: call the function, and write what it returns."""
    with in_tenant(tenant_of(None)):
        return json.dumps(import_string(path)(**json.loads(arguments)))
