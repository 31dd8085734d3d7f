"""The kinds of users, whether a user may log in, and the roles that every business has."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class UserType(models.TextChoices):
    CLIENT = "client", _("client")
    AGENT = "agent", _("agent")
    ADMIN = "admin", _("administrator")
    ANALYST = "analyst", _("analyst")


class AccountStatus(models.TextChoices):
    """Only an active user may log in; the next request of any other is a stranger's."""

    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    INACTIVE = "inactive", _("inactive")


class SystemRole(models.TextChoices):
    """The roles that every business has, from the one who may do the most to the least."""

    SUPER_ADMIN = "super_admin", _("super administrator")
    ADMIN = "admin", _("administrator")
    MANAGER = "manager", _("manager")
    AGENT = "agent", _("agent")
    ANALYST = "analyst", _("analyst")
    VIEWER = "viewer", _("viewer")

    @property
    def level(self) -> int:
        """From 1 to 100. Nobody gives a role of a higher level than their own."""
        return _LEVELS[self]

    @property
    def description(self) -> Promise:
        return _DESCRIPTIONS[self]


_LEVELS = {
    SystemRole.SUPER_ADMIN: 100,
    SystemRole.ADMIN: 80,
    SystemRole.MANAGER: 60,
    SystemRole.AGENT: 40,
    SystemRole.ANALYST: 30,
    SystemRole.VIEWER: 10,
}
_DESCRIPTIONS = {
    SystemRole.SUPER_ADMIN: _("Everything in the business, its provider's accounts included."),
    SystemRole.ADMIN: _("Users, contacts, opt-outs, templates, campaigns and settings."),
    SystemRole.MANAGER: _("Campaigns, contacts, templates and reports."),
    SystemRole.AGENT: _("Answers people, and keeps their data right."),
    SystemRole.ANALYST: _("Reports and results of campaigns, without people's data."),
    SystemRole.VIEWER: _("Looks at everything of the daily work, and changes nothing."),
}
