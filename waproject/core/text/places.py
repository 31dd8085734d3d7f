"""Names of time zones, countries and currencies."""

import re
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from phonenumbers import SUPPORTED_REGIONS


def validate_zone(name: str) -> None:
    """Raise ValidationError unless it is a zone's name as the tz database writes it."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone. Write it like America/Santiago.") % {"name": name}
        )


def validate_region(code: str) -> None:
    """Raise ValidationError unless phones of this country are known, by its two capital letters."""
    if code not in SUPPORTED_REGIONS:
        raise ValidationError(
            _("“%(code)s” is no country. Write its two letters, like CL.") % {"code": code}
        )


def validate_currency(code: str) -> None:
    """Raise ValidationError unless it has the form of a currency's code: three capital letters."""
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise ValidationError(
            _("“%(code)s” is no currency. Write its three letters, like CLP.") % {"code": code}
        )
