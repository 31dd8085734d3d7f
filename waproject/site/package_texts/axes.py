"""Of django-axes: the list of log-ins that failed."""

from django.utils.translation import gettext_noop as _

ATTEMPTS = [
    _("access attempt"),
    _("access attempts"),
    _("User Agent"),
    _("IP Address"),
    _("Username"),
    _("Attempt Time"),
    _("Failed Logins"),
]
