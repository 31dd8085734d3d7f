"""The pages of users and of their roles."""

from django.contrib import admin
from django.contrib.auth.models import Group

from waproject.accounts.admin import roles, users  # noqa: F401  register their pages

# Rights come from roles alone.
admin.site.unregister(Group)
