"""What a person may do with conversations, as the log of operations names it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConversationAction(models.TextChoices):
    READ = "messaging.mark_read", _("Marked conversations as read")
    ASSIGN = "messaging.assign", _("Assigned conversations")
    CLOSE = "messaging.close_conversations", _("Closed conversations")

    @property
    def permission(self) -> str:
        return "messaging.change_conversation"
