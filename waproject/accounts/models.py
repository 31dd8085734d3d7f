"""The people who use the system."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from waproject.accounts.states import AccountStatus, Role, UserType
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


class Membership(models.Model):
    """That a user works for a business, and as what.

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
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.VIEWER)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        db_table = "memberships"
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        default_permissions = ()  # it is changed on the user's page, by who may change the user
        constraints = [
            models.UniqueConstraint(fields=["user", "tenant"], name="membership_once_per_tenant"),
            models.CheckConstraint(name="membership_role", condition=Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
