"""Businesses that share one installation, and the base of every row that belongs to one."""

from collections.abc import Collection
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from waproject.core.text.places import validate_currency, validate_region, validate_zone
from waproject.tenants.managers import TenantManager
from waproject.tenants.scope import tenant_of_new_rows


class Tenant(models.Model):
    """A business. There is one from the start; `manage.py tenant create` makes another."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("short name"), max_length=50, unique=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # What is empty is as in the installation's settings: waproject.tenants.preferences.
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        blank=True,
        validators=[validate_zone],
        help_text=_("By it times are shown and days of reports begin: America/Santiago."),
    )
    phone_region = models.CharField(
        _("country of phones"),
        max_length=2,
        blank=True,
        validators=[validate_region],
        help_text=_("Phones written without a country are of this one: CL."),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        validators=[validate_currency],
        help_text=_("In it costs are shown, where a rate of exchange is known: CLP."),
    )
    frequency_cap_messages = models.PositiveSmallIntegerField(
        _("campaign messages to one person, at most"),
        null=True,
        blank=True,
        help_text=_("Within the days below, over all campaigns. 0: no limit."),
    )
    frequency_cap_days = models.PositiveSmallIntegerField(
        _("within so many days"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    launch_approval_above = models.PositiveIntegerField(
        _("approval of launches to more people than"),
        null=True,
        blank=True,
        help_text=_(
            "A launch to more people than this needs the approval of a second person. Empty: none"
            " does."
        ),
    )

    class Meta:
        db_table = "tenants"
        verbose_name = _("business")
        verbose_name_plural = _("businesses")
        # `manage.py tenant create` makes one; none is ever deleted.
        default_permissions = ("view", "change")
        permissions = [("change_retention", _("Can set how long data is kept"))]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


def tenant_ids() -> list[int]:
    """All businesses, for work that enters the scope of one after the other."""
    return list(Tenant.objects.values_list("pk", flat=True))


def tenant_key() -> "models.ForeignKey[Tenant, Tenant]":
    """The column that says to which tenant a row belongs: by default to that of the scope.

    The database does not check that the tenant exists: each insert would lock the tenant's row,
    and no tenant is ever deleted. The indexes that need the column begin with it.
    """
    return models.ForeignKey(
        "tenants.Tenant",
        verbose_name=_("business"),
        on_delete=models.PROTECT,
        default=tenant_of_new_rows,
        editable=False,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )


class TenantModel(models.Model):
    """A row that belongs to a tenant, and that only this tenant's scope sees."""

    tenant = tenant_key()
    tenant_id: int

    objects: ClassVar = TenantManager()

    # waproject.core.db.bulk_insert writes these by their defaults where rows do not name them.
    filled_columns: ClassVar[tuple[str, ...]] = ("tenant_id",)

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """As Django's. No form has a field for the tenant, and every unique constraint needs it."""
        super().validate_constraints(exclude=set(exclude or ()) - {"tenant"})
