"""Who sees and changes prices, and what the log of operations has of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waproject.accounts.permissions import Module, Right
from waproject.accounts.states import SystemRole

SEE_PRICES = "pricing.view_price"


class PriceAction(models.TextChoices):
    TAKE_KNOWN = "pricing.take_known", _("Added the prices of the list that comes along")

    @property
    def permission(self) -> str:
        return "pricing.add_price"


PRICES = Module(
    "prices",
    _("Prices"),
    (
        Right(
            "view",
            _("See prices and costs"),
            (SEE_PRICES, "pricing.view_exchangerate"),
            {SystemRole.ADMIN, SystemRole.MANAGER, SystemRole.ANALYST},
        ),
        Right(
            "manage",
            _("Create, change and delete prices and rates of exchange"),
            (
                *(f"pricing.{verb}_price" for verb in ("add", "change", "delete")),
                *(f"pricing.{verb}_exchangerate" for verb in ("add", "change", "delete")),
            ),
            {SystemRole.ADMIN},
            needs=("prices.view",),
        ),
    ),
)
