"""What the tick runs for this app."""

from messaging import statuses


def apply_kept_statuses() -> str:
    """Apply reports that came before their message; answer how many."""
    return f"{statuses.apply_kept_statuses()} kept statuses applied"
