"""A field whose table of links belongs to tenants."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.fields.related import resolve_relation
from django.db.models.utils import make_model_tuple

from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class LinkQuerySet(models.QuerySet[Any]):
    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """As Django's. In `all_tenants` a link belongs to the tenant of its source.

        There `loaddata` works, which sets the links of an object by its field's manager.
        """
        links = list(objs)
        for link in links:
            if link.tenant_id is None:
                source = type(link)._meta.auto_created._meta.model_name
                link.tenant_id = getattr(link, source).tenant_id
        return super().bulk_create(links, *args, **kwargs)


class TenantManyToManyField(models.ManyToManyField):
    """A many-to-many field between two tenant models whose table of links carries the tenant too.

    Django makes that table by itself, without further columns. A model of links that is written
    out would have the column, but no field in the admin's forms.
    """

    def contribute_to_class(
        self, cls: Any, name: str, private_only: bool = False, **kwargs: Any
    ) -> None:
        if not cls._meta.abstract and not self.remote_field.through:
            self.name = name
            self.remote_field.through = _model_of_links(self, cls)
        super().contribute_to_class(cls, name, private_only=private_only, **kwargs)


def _model_of_links(field: Any, source: Any) -> type[TenantModel]:
    """The model that Django would make, with the tenant's column; relations to self not meant."""
    target = resolve_relation(source, field.remote_field.model)
    columns = {
        source._meta.model_name: source,
        make_model_tuple(target)[1]: target,
    }
    name = f"{source._meta.object_name}_{field.name}"
    meta = type(
        "Meta",
        (),
        {
            "db_table": field._get_m2m_db_table(source._meta),
            "auto_created": source,
            "app_label": source._meta.app_label,
            "db_tablespace": source._meta.db_tablespace,
            "unique_together": tuple(columns),
            "verbose_name": name,
            "verbose_name_plural": name,
            "apps": source._meta.apps,
        },
    )
    keys = {
        column: models.ForeignKey(
            to, on_delete=models.CASCADE, related_name=f"{name}+", db_constraint=True
        )
        for column, to in columns.items()
    }
    objects = TenantManager.from_queryset(LinkQuerySet)()
    body = {"Meta": meta, "__module__": source.__module__, "objects": objects, **keys}
    return type(name, (TenantModel,), body)
