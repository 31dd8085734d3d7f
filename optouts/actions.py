"""What a person may do with opt-outs, as the log of operations names it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OptOutAction(models.TextChoices):
    OPT_OUT = "optouts.opt_out", _("Opted a person out")
    UPLOAD = "optouts.upload", _("Uploaded a list of opt-outs")
    REVOKE = "optouts.revoke", _("Revoked an opt-out")
    DECIDE = "optouts.decide_hold", _("Decided on a held message")
    SWITCH = "optouts.switch_phrases", _("Switched opt-out phrases")
    RESTORE = "optouts.restore_phrases", _("Restored the built-in phrases")

    @property
    def permission(self) -> str:
        return f"optouts.{_PERMISSIONS[self]}"


_PERMISSIONS = {
    OptOutAction.OPT_OUT: "add_optout",
    OptOutAction.UPLOAD: "import_optout",
    OptOutAction.REVOKE: "revoke_optout",
    OptOutAction.DECIDE: "decide_hold",
    OptOutAction.SWITCH: "change_phrase",
    OptOutAction.RESTORE: "change_phrase",
}
