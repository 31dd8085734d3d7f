"""The ledger, its events, held messages and phrases in the admin."""

from optouts.admin.holds import HoldAdmin
from optouts.admin.ledger import ConsentEventAdmin, OptOutAdmin
from optouts.admin.phrases import PhraseAdmin

__all__ = ["ConsentEventAdmin", "HoldAdmin", "OptOutAdmin", "PhraseAdmin"]
