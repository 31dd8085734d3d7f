"""The people who use the system."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from waproject.accounts import permissions
from waproject.accounts.states import AccountStatus, SystemRole, UserType
from waproject.tenants.models import TenantModel
from waproject.tenants.scope import tenant_of_new_rows


class Users(UserManager["User"]):
    def create_superuser(
        self,
        username: str,
        email: str | None = None,
        password: str | None = None,
        **fields: Any,
    ) -> "User":
        fields.setdefault("user_type", UserType.ADMIN)
        return super().create_superuser(username, email, password, **fields)


class User(AbstractUser):
    """A person who can log in.

    Django refuses everything to a user who is not `is_active`, at log-in and at each request.
    That column says whether `account_status` is `active`, and the database keeps the two equal.
    """

    user_type = models.CharField(
        _("kind of user"), max_length=10, choices=UserType, default=UserType.CLIENT
    )
    account_status = models.CharField(
        _("account status"),
        max_length=10,
        choices=AccountStatus,
        default=AccountStatus.ACTIVE,
        help_text=_("A suspended or inactive user cannot log in, and is logged out at once."),
    )
    # Rights come from the role in a business alone (waproject.accounts.backends).
    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]
    # The number of theirs to which they sent a test last.
    test_phone = models.CharField(_("number for tests"), max_length=16, blank=True, editable=False)
    login_count = models.PositiveIntegerField(_("log-ins"), default=0, editable=False)

    objects: ClassVar[Users] = Users()

    class Meta(AbstractUser.Meta):
        db_table = "usuarios"
        constraints = [
            models.CheckConstraint(
                name="usuarios_user_type", condition=Q(user_type__in=UserType.values)
            ),
            models.CheckConstraint(
                name="usuarios_account_status",
                condition=Q(account_status=AccountStatus.ACTIVE, is_active=True)
                | Q(
                    account_status__in=[AccountStatus.SUSPENDED, AccountStatus.INACTIVE],
                    is_active=False,
                ),
            ),
        ]
        indexes = [models.Index(fields=["is_active"], name="idx_user_active")]

    def set_status(self, status: AccountStatus) -> None:
        """Change the status of the account, not saved yet."""
        self.account_status = status
        self.is_active = status == AccountStatus.ACTIVE

    def clean(self) -> None:
        """Forms ask for the status alone."""
        super().clean()
        self.set_status(AccountStatus(self.account_status))


class Role(TenantModel):
    """What somebody may do in one business.

    Each business has the six system roles, whose names, levels and rights are those of the code,
    and may add roles of its own.
    """

    name = models.CharField(_("name"), max_length=100, db_column="role_name")
    description = models.TextField(_("description"), blank=True)
    level = models.PositiveSmallIntegerField(
        _("level"),
        db_column="permission_level",
        help_text=_("From 1 to 100. Nobody gives a role of a higher level than their own."),
    )
    is_system = models.BooleanField(default=False, editable=False, db_column="is_system_role")
    # The names of rights; those of a system role are not stored.
    stored_rights = models.JSONField(
        default=list, blank=True, editable=False, db_column="permissions"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        db_table = "user_roles"
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["-level", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="role_name_once_per_tenant",
                violation_error_message=_("There is a role of this name already."),
            ),
            models.CheckConstraint(
                name="role_level_is_1_to_100",
                condition=Q(level__gte=1, level__lte=100),
                violation_error_message=_("The level must be from 1 to 100."),
            ),
            models.CheckConstraint(
                name="system_role_is_known",
                condition=Q(is_system=False) | Q(name__in=SystemRole.values),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return capfirst(str(SystemRole(self.name).label)) if self.is_system else self.name

    @property
    def explanation(self) -> str:
        return str(SystemRole(self.name).description) if self.is_system else self.description

    @property
    def rights(self) -> frozenset[str]:
        """The names of the rights that the role has."""
        if self.is_system:
            return permissions.names_held_by(SystemRole(self.name))
        return permissions.known(self.stored_rights)


class Membership(models.Model):
    """That a user works for a business, and in which role.

    It is read before the scope of a tenant is known, so it is no row of a tenant's own.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    tenant = models.ForeignKey(
        "tenants.Tenant",
        verbose_name=_("business"),
        on_delete=models.PROTECT,
        related_name="memberships",
        default=tenant_of_new_rows,
    )
    role = models.ForeignKey(
        Role, verbose_name=_("role"), on_delete=models.PROTECT, related_name="memberships"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        db_table = "memberships"
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        default_permissions = ()
        permissions = [("assign_role", _("Can give roles to users"))]
        constraints = [
            models.UniqueConstraint(fields=["user", "tenant"], name="membership_once_per_tenant"),
        ]

    def __str__(self) -> str:
        return str(self.role)
