"""Which tenant (business) the running code works for.

Every door enters the scope of one tenant: a request, a webhook, a job, a command, a test. Queries
of tenant models see the rows of that tenant alone, and what is made belongs to it. Outside of any
scope such a query raises ScopeError. Work over all tenants says so: `with all_tenants()`.

The scope belongs to a thread or an asyncio task. `asgiref` and `asyncio` pass it on; a thread that
the code starts itself enters the scope anew.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from threading import Lock
from typing import Generic, TypeVar

from django_scopes import ScopeError as ScopeError
from django_scopes import get_scope, scope, scopes_disabled

T = TypeVar("T")

_DIMENSION = "tenant"


def in_tenant(tenant_id: int) -> AbstractContextManager[None]:
    """The scope of one tenant, until the context ends."""
    context: AbstractContextManager[None] = scope(**{_DIMENSION: tenant_id})
    return context


def all_tenants() -> AbstractContextManager[None]:
    """A scope in which queries see the rows of all tenants. A new row has to name its own."""
    context: AbstractContextManager[None] = scopes_disabled()
    return context


def scoped_tenant_id() -> int | None:
    """The tenant of the scope; None in `all_tenants`. Raises ScopeError outside of any scope."""
    state = get_scope()
    if not state.get("_enabled", True):
        return None
    tenant_id: int | None = state.get(_DIMENSION)
    if tenant_id is None:
        raise ScopeError("A query of a tenant's rows needs the scope of a tenant.")
    return tenant_id


def current_tenant_id() -> int:
    """The tenant of the scope. Raises ScopeError outside of one tenant's scope."""
    tenant_id = scoped_tenant_id()
    if tenant_id is None:
        raise ScopeError("A row has to belong to one tenant; the scope is that of all tenants.")
    return tenant_id


def tenant_of_new_rows() -> int | None:
    """The tenant that a new object belongs to unless it is told: that of the scope.

    None where there is no one tenant: the object can be used, and not stored.
    """
    return get_scope().get(_DIMENSION) if has_tenant() else None


def has_tenant() -> bool:
    """Whether the code runs in the scope of one tenant."""
    state = get_scope()
    return bool(state.get("_enabled", True)) and state.get(_DIMENSION) is not None


def has_scope() -> bool:
    """Whether the code runs in the scope of one tenant or of all."""
    return has_tenant() or not get_scope().get("_enabled", True)


def each_in_tenant(tenant_id: int, items: Iterable[T]) -> Iterator[T]:
    """The items, each of them made in the scope of the tenant."""
    remaining = iter(items)
    while True:
        with in_tenant(tenant_id):
            try:
                item = next(remaining)
            except StopIteration:
                return
        yield item


class PerTenant(Generic[T]):
    """One object of this process for each tenant, made when it is first asked for."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: dict[int, T] = {}
        self._lock = Lock()

    def __call__(self) -> T:
        """The object of the tenant of the scope."""
        tenant_id = current_tenant_id()
        with self._lock:
            if tenant_id not in self._made:
                self._made[tenant_id] = self._make()
            return self._made[tenant_id]
