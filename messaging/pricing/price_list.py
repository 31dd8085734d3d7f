"""The prices that a business starts with: a file with its source and its day."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from messaging.pricing.models import Price

FILE = Path(__file__).with_name("whatsapp_prices.csv")
SOURCES = {
    "provider": "Twilio, twilio.com/en-us/whatsapp/pricing, 27-11-2026",
}
WHATSAPPS = "Meta, developers.facebook.com/docs/whatsapp/pricing, 27-11-2026"


def add_known_prices() -> int:
    """Give the scope's business the prices of the file that it has no row for; return how many."""
    before = Price.objects.count()
    Price.objects.bulk_create(known_prices(), ignore_conflicts=True)
    return int(Price.objects.count() - before)


def known_prices() -> list[Price]:
    """The prices of the file, not stored."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return [
        Price(
            country=row["country"],
            charge=row["charge"],
            amount=Decimal(row["amount"]),
            currency=row["currency"],
            valid_from=date.fromisoformat(row["valid_from"]),
            source=SOURCES.get(row["charge"], WHATSAPPS),
        )
        for row in rows
    ]
