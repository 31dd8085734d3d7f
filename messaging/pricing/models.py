"""Prices by country and kind of message, and rates of exchange, each valid from a day on."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from contacts.phones.countries import country_name
from messaging.pricing.states import Charge
from waproject.core.text.places import validate_currency, validate_region
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class PriceQuerySet(models.QuerySet["Price"]):
    def valid_on(self, day: date) -> "PriceQuerySet":
        """Those that hold on a day or held before, the newest last."""
        return self.filter(valid_from__lte=day).order_by("valid_from", "pk")


class Price(TenantModel):
    """What one delivered message costs in a country from a day on, until a later row says else.

    Without a country it holds for all that have no row of their own.
    """

    charge = models.CharField(_("what is charged"), max_length=14, choices=Charge)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[validate_region],
        help_text=_("Its two letters, like CL. Empty: every country without a price of its own."),
    )
    amount = models.DecimalField(
        _("price of a message"),
        max_digits=12,
        decimal_places=6,
        validators=[MinValueValidator(Decimal(0))],
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="USD", validators=[validate_currency]
    )
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(
        _("source"),
        max_length=300,
        blank=True,
        help_text=_("Where the price was read, and on which day."),
    )

    objects: ClassVar = TenantManager.from_queryset(PriceQuerySet)()

    class Meta:
        db_table = "message_prices"
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["country", "charge", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="one_price_per_country_charge_and_day",
                fields=["tenant", "country", "charge", "valid_from"],
                violation_error_message=_("There is already a price from this day on."),
            ),
            models.CheckConstraint(
                name="price_charge_is_known", condition=Q(charge__in=Charge.values)
            ),
            models.CheckConstraint(name="price_is_not_negative", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        place = country_name(self.country) if self.country else _("other countries")
        return f"{capfirst(place)}, {self.get_charge_display()}"


class ExchangeRate(TenantModel):
    """How much of one currency a unit of another is worth, from a day on. A person enters it."""

    currency = models.CharField(
        _("one unit of"), max_length=3, default="USD", validators=[validate_currency]
    )
    into = models.CharField(
        _("in the currency"), max_length=3, default="CLP", validators=[validate_currency]
    )
    rate = models.DecimalField(
        _("is worth"),
        max_digits=18,
        decimal_places=6,
        validators=[MinValueValidator(Decimal("0.000001"))],
    )
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(
        _("source"),
        max_length=300,
        blank=True,
        help_text=_("Where the rate was read, such as the central bank."),
    )

    class Meta:
        db_table = "exchange_rates"
        verbose_name = _("rate of exchange")
        verbose_name_plural = _("rates of exchange")
        ordering = ["currency", "into", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="one_rate_per_pair_and_day",
                fields=["tenant", "currency", "into", "valid_from"],
                violation_error_message=_("There is already a rate from this day on."),
            ),
            models.CheckConstraint(name="exchange_rate_is_positive", condition=Q(rate__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.currency} → {self.into}"


class PriceRound(TenantModel):
    """How far an account's messages were asked about for their prices, in one round of asking.

    The provider tells a price some time after a message left, so there are several rounds, each
    later than the one before.
    """

    account = models.ForeignKey(
        "messaging.Account", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    # Messages that left before this moment were asked about.
    upto = models.DateTimeField()
    # Of the stretch after that, whose list took longer than there was time: its end, and the moment
    # down to which it was listed. The provider lists the newest first.
    stretch_end = models.DateTimeField(null=True)
    listed_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "price_rounds"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_price_round_each", fields=["account", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.number}"
