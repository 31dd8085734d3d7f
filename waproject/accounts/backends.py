"""Django's question “may this user?”, answered by the user's role in the business of the scope."""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.db.models import Q, QuerySet

from waproject.accounts.memberships import holders_of
from waproject.accounts.models import User
from waproject.accounts.rights import rights_of


class RoleBackend(ModelBackend):
    """Checks passwords as Django does. Rights come from roles alone."""

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return self.get_all_permissions(user_obj, obj)

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """None: roles are in the place of groups."""
        return set()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """The permissions for all objects of the business. There are none for a single object."""
        if not isinstance(user_obj, User) or obj is not None:
            return set()
        return set(rights_of(user_obj).permissions)

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """As Django's. A page asks a hundred times, and needs no copy of all permissions for it."""
        return (
            isinstance(user_obj, User) and obj is None and perm in rights_of(user_obj).permissions
        )

    async def aget_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return await sync_to_async(self.get_all_permissions)(user_obj, obj)

    async def aget_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def with_perm(
        self,
        perm: Any,
        is_active: bool = True,
        include_superusers: bool = True,
        obj: Any = None,
    ) -> "QuerySet[User]":
        """The users of the business whose role has the permission, as `contacts.view_contact`."""
        found = Q(pk__in=holders_of(perm).values("pk"))
        if include_superusers:
            found |= Q(is_superuser=True)
        return User.objects.filter(found, is_active=is_active)
