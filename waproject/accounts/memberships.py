"""For which businesses a user works."""

from django.db.models import QuerySet

from waproject.accounts.models import Membership, User
from waproject.tenants.models import Tenant


def tenants_of(user: User) -> "QuerySet[Tenant]":
    """The businesses that this user may work for: all of them for a superuser."""
    if user.is_superuser:
        return Tenant.objects.all()
    return Tenant.objects.filter(pk__in=Membership.objects.filter(user=user).values("tenant"))
