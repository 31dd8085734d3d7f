"""The kinds of users, and whether a user may log in."""

from django.db import models
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


class Role(models.TextChoices):
    """What somebody is in one business, from the most that a person may do to the least."""

    SUPER_ADMIN = "super_admin", _("super administrator")
    ADMIN = "admin", _("administrator")
    MANAGER = "manager", _("manager")
    AGENT = "agent", _("agent")
    ANALYST = "analyst", _("analyst")
    VIEWER = "viewer", _("viewer")
