"""How the queries of tenant models keep to the scope."""

from typing import Any, TypeVar

from django.core.exceptions import FullResultSet
from django.db import models
from django.db.models.expressions import Expression

from waproject.tenants.scope import scoped_tenant_id

M = TypeVar("M", bound=models.Model)

# The queryset of each model and class of querysets, with the condition of the tenant.
_SCOPED: dict[tuple[type[models.Model], type[Any]], Any] = {}


class CurrentTenant(Expression):
    """The tenant of the scope at the moment when the query is run.

    In `all_tenants` the condition is left out; outside of any scope running it raises ScopeError.
    A query may be composed anywhere: the fields of forms are, when their modules are loaded.
    """

    output_field = models.BigIntegerField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        tenant_id = scoped_tenant_id()
        if tenant_id is None:
            raise FullResultSet
        return "%s", (tenant_id,)


class TenantManager(models.Manager[M]):
    """Finds the rows of the scope's tenant. With a QuerySet: `TenantManager.from_queryset(It)()`.

    `raw` takes its statement as it is: it has to name the tenant.
    """

    def get_queryset(self) -> models.QuerySet[M]:
        """A copy of one that was made once: to add the condition each time costs 0.1 ms."""
        kind = (self.model, self._queryset_class)  # type: ignore[attr-defined]
        if kind not in _SCOPED:
            _SCOPED[kind] = super().get_queryset().filter(tenant_id=CurrentTenant())
        found: models.QuerySet[M] = _SCOPED[kind]._chain()
        found._db, found._hints = self._db, self._hints  # type: ignore[attr-defined]
        return found
