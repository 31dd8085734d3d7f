"""Filters of lists that people keep under a name."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel

LONGEST_QUERY = 1_000


class SavedFilterQuerySet(QuerySet["SavedFilter"]):
    def shown_to(self, user: Any, model: str) -> "SavedFilterQuerySet":
        """Those of a list that this user has: their own first, then those for everyone."""
        own = self.filter(Q(owner=user) | Q(is_shared=True), model=model)
        return own.order_by("is_shared", "name")


class SavedFilter(TenantModel):
    """Filters and search of a list under a name: of one user, or for everyone in the business.

    It goes with the user who saved it.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("saved by"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    # The label of the list's model, as `contacts.contact`.
    model = models.CharField(_("list"), max_length=100)
    name = models.CharField(_("name"), max_length=60)
    # As in the address of the list, without its page and order.
    query = models.CharField(_("filters"), max_length=LONGEST_QUERY)
    is_shared = models.BooleanField(_("for everyone"), default=False)
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)

    objects: ClassVar = TenantManager.from_queryset(SavedFilterQuerySet)()

    class Meta:
        db_table = "saved_filters"
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        default_permissions = ()
        permissions = [("share_savedfilter", _("Can save filters for everyone"))]
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                name="one_filter_per_list_and_name", fields=["tenant", "model", "owner", "name"]
            )
        ]

    def __str__(self) -> str:
        return self.name
