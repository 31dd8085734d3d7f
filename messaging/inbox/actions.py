"""What staff do with conversations in the inbox, for the log of operations and for roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waproject.accounts.permissions import Module, Right
from waproject.accounts.states import SystemRole


class InboxAction(models.TextChoices):
    NOTE = "inbox.note", _("Wrote a note in a conversation")
    SET_STATUS = "inbox.set_status", _("Put a conversation to another status")
    RESOLVE = "inbox.resolve", _("Resolved a conversation with an outcome")
    GIVE_BACK = "inbox.give_back", _("Gave a conversation back to the menu")
    TAG = "inbox.tag", _("Changed the tags of a conversation")
    TEMPLATE = "inbox.template", _("Wrote to somebody by a template")
    PLAN = "inbox.plan", _("Set the next step of a conversation")
    DONE = "inbox.step_done", _("Did the next step of a conversation")
    # It follows from a change of the user, and from the right to that.
    GIVE_ON = "inbox.give_on", _("Gave on the conversations of a user who cannot answer any more")

    @property
    def permission(self) -> str:
        return "accounts.change_user" if self is self.GIVE_ON else "messaging.change_conversation"


_LEADING = {SystemRole.ADMIN, SystemRole.MANAGER}

RULES = Module(
    "inbox",
    _("Rules of the inbox"),
    (
        Right("view", _("See"), ("inbox.view_inboxrules", "inbox.view_tagrule"), _LEADING),
        Right(
            "manage",
            _("Change"),
            (
                "inbox.change_inboxrules",
                *(f"inbox.{verb}_tagrule" for verb in ("add", "change", "delete")),
            ),
            _LEADING,
            needs=("inbox.view",),
        ),
    ),
)
CANNED = Module(
    "canned",
    _("Quick answers"),
    (
        Right("view", _("See"), ("inbox.view_cannedanswer",), {*_LEADING, SystemRole.AGENT}),
        Right(
            "manage",
            _("Create, change and delete"),
            ("inbox.add_cannedanswer", "inbox.change_cannedanswer", "inbox.delete_cannedanswer"),
            _LEADING,
            needs=("canned.view",),
        ),
    ),
)
OUTCOMES = Module(
    "outcomes",
    _("Outcomes of conversations"),
    (
        Right("view", _("See"), ("inbox.view_outcome",), {*_LEADING, SystemRole.AGENT}),
        Right(
            "manage",
            _("Create, change and delete"),
            ("inbox.add_outcome", "inbox.change_outcome", "inbox.delete_outcome"),
            _LEADING,
            needs=("outcomes.view",),
        ),
    ),
)
