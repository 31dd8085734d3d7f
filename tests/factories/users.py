"""Members of staff and their browsers."""

from django.contrib.auth.models import Permission
from django.test import Client

from waproject.accounts.models import User


def permit_only(user: User, *codenames: str) -> User:
    """The user with these permissions and no others, as a request would load it."""
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return User.objects.get(pk=user.pk)


def browser_of(user: User) -> Client:
    """A browser in which the user is logged in."""
    client = Client()
    client.force_login(user)
    return client
