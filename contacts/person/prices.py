"""The price of a vehicle as people write it."""

from decimal import Decimal

from django.utils.formats import number_format


def price_in_words(amount: Decimal) -> str:
    """`$12.990.000`, with cents where there are some."""
    decimals = 0 if amount == amount.to_integral_value() else 2
    return f"${number_format(amount, decimals, use_l10n=True, force_grouping=True)}"
