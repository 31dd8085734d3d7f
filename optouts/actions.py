"""What a person may do with opt-outs, for the log of operations and for roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waproject.accounts.permissions import Module, Right
from waproject.accounts.states import SystemRole


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


_LEADING = {SystemRole.ADMIN, SystemRole.MANAGER}
_WORKING = {*_LEADING, SystemRole.AGENT}
_SEE = ("optouts.view",)

PERMISSIONS = Module(
    "optouts",
    _("Opt-outs"),
    (
        Right(
            "view",
            _("See opt-outs, held messages and phrases"),
            (
                "optouts.view_optout",
                "optouts.view_consentevent",
                "optouts.view_hold",
                "optouts.view_phrase",
            ),
            {*_WORKING, SystemRole.VIEWER},
        ),
        Right("create", _("Opt people out"), ("optouts.add_optout",), _WORKING, needs=_SEE),
        Right("import", _("Upload a list"), ("optouts.import_optout",), _LEADING, needs=_SEE),
        Right("export", _("Export"), ("optouts.export_optout",), _LEADING, needs=_SEE),
        Right(
            "decide", _("Decide on held messages"), ("optouts.decide_hold",), _WORKING, needs=_SEE
        ),
        Right("revoke", _("Revoke"), ("optouts.revoke_optout",), {SystemRole.ADMIN}, needs=_SEE),
        Right(
            "phrases",
            _("Manage phrases"),
            ("optouts.add_phrase", "optouts.change_phrase", "optouts.delete_phrase"),
            {SystemRole.ADMIN},
            needs=_SEE,
        ),
    ),
    technical={
        *("optouts.change_optout", "optouts.delete_optout"),
        *(f"optouts.{verb}_consentevent" for verb in ("add", "change", "delete")),
        *(f"optouts.{verb}_hold" for verb in ("add", "change", "delete")),
    },
)
