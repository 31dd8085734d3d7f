"""What is done about how long data is kept, as the log of operations names it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RetentionAction(models.TextChoices):
    CHANGE = "retention.change", _("Changed how many days data is kept (0: for ever)")
    FORGET = "retention.forget", _("Took away what was kept long enough")

    @property
    def permission(self) -> str:
        return "tenants.change_retention"
