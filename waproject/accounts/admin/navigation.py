"""Where users and roles stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from waproject.core.admin.navigation import SETTINGS, Entry, Link, Place

USERS = Place(
    SETTINGS,
    (
        Entry(
            "users",
            _("Users and roles"),
            (Link("accounts.user"), Link("invitations.invitation"), Link("accounts.role")),
        ),
    ),
)
