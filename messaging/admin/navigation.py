"""Where templates and senders stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from waproject.core.admin.navigation import SETTINGS, Entry, Link, Place, listed, logs

TEMPLATES = Place(
    "templates", (listed("messaging.template", _("Templates")),), _("Templates"), "template"
)
AUTOMATION = Place(
    "automation",
    (listed("messaging.autoreply", _("Automatic replies")),),
    _("Automation"),
    "flow",
)
SENDERS = Place(
    SETTINGS,
    (
        Entry(
            "senders",
            _("Senders"),
            (Link("messaging.sender"), Link("messaging.account")),
        ),
    ),
)
MESSAGE_LOGS = logs("messaging.message", "messaging.keptstatus")
