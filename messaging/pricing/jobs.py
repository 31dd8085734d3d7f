"""What the tick runs for prices."""

from messaging.pricing import late_prices


def fetch_prices() -> str:
    """Ask the providers for the prices of messages that left; answer how many came."""
    return f"{late_prices.fetch_prices()} prices"
