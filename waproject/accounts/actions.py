"""What a person may do with users and roles, as the log of operations names it; and its rights."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waproject.accounts.permissions import Module, Right
from waproject.accounts.states import SystemRole


class RoleAction(models.TextChoices):
    ASSIGN = "accounts.assign_role", _("Gave a user a role")
    ADD = "accounts.add_role", _("Added a role")
    CHANGE = "accounts.change_role", _("Changed a role")
    DELETE = "accounts.delete_role", _("Deleted a role")

    @property
    def permission(self) -> str:
        """The action has the name of its permission."""
        return self.value


_ADMIN = {SystemRole.ADMIN}
_LEADING = {SystemRole.ADMIN, SystemRole.MANAGER}

USERS = Module(
    "users",
    _("Users"),
    (
        Right("read", _("See"), ("accounts.view_user",), _LEADING),
        Right(
            "create",
            _("Create"),
            ("accounts.add_user", "invitations.view_invitation"),
            _ADMIN,
            needs=("users.read", "users.update", "users.assign_roles"),
        ),
        Right("update", _("Change"), ("accounts.change_user",), _ADMIN, needs=("users.read",)),
        Right("delete", _("Delete"), ("accounts.delete_user",), _ADMIN, needs=("users.read",)),
        Right(
            "assign_roles",
            _("Give roles"),
            ("accounts.assign_role",),
            _ADMIN,
            needs=("users.read", "roles.view"),
        ),
    ),
)
ROLES = Module(
    "roles",
    _("Roles"),
    (
        Right("view", _("See"), ("accounts.view_role",), _LEADING),
        Right(
            "manage",
            _("Create, change and delete"),
            ("accounts.add_role", "accounts.change_role", "accounts.delete_role"),
            _ADMIN,
            needs=("roles.view",),
        ),
    ),
)
AUDIT = Module(
    "audit",
    _("Log of operations"),
    (
        Right("view", _("See"), ("audit.view_event",), _ADMIN),
        Right("export", _("Export"), ("audit.export_event",), _ADMIN, needs=("audit.view",)),
    ),
)
BUSINESS = Module(
    "business",
    _("Business"),
    (
        Right(
            "manage",
            _("See and change"),
            ("tenants.view_tenant", "tenants.change_tenant"),
            _ADMIN,
        ),
        Right(
            "retention",
            _("Set how long data is kept"),
            ("tenants.change_retention",),
            _ADMIN,
            needs=("business.manage",),
        ),
    ),
)
PERMISSIONS = (USERS, ROLES, AUDIT, BUSINESS)
