"""What staff do with prices."""

from messaging.pricing.actions import PriceAction
from messaging.pricing.models import Price
from messaging.pricing.price_list import add_known_prices
from waproject.accounts.actors import Actor
from waproject.audit.acting import acting


def take_known_prices(*, by: Actor) -> int:
    """Add the prices of the file for which there is no row yet; return how many.

    What somebody entered for the same country, kind and day stays.
    """
    with acting(by, PriceAction.TAKE_KNOWN, Price) as event:
        added = add_known_prices()
        event.after = {"count": added}
        event.is_needed = bool(added)
    return added
