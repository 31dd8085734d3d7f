"""What is done with businesses, as the log of operations names it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BusinessAction(models.TextChoices):
    """The log of the business itself has it.

    To enter asks for no right but to be there; the others are the operator's, at the command line.
    """

    ENTER = "tenants.enter", _("Entered the business")
    CREATE = "tenants.create", _("Made the business")
    LIST = "tenants.list", _("Listed the businesses of the installation")
