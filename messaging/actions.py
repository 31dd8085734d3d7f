"""What a person may do with conversations and accounts, as the log of operations names it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConversationAction(models.TextChoices):
    READ = "messaging.mark_read", _("Marked conversations as read")
    ASSIGN = "messaging.assign", _("Assigned conversations")
    CLOSE = "messaging.close_conversations", _("Closed conversations")
    ANSWER = "messaging.answer", _("Answered in a conversation")

    @property
    def permission(self) -> str:
        return "messaging.change_conversation"


class AccountAction(models.TextChoices):
    ADD = "messaging.add_account", _("Added an account of a provider")
    CHANGE = "messaging.change_account", _("Changed an account of a provider")
    SWITCH_OFF = "messaging.switch_off_accounts", _("Switched accounts of providers off")
    SWITCH_ON = "messaging.switch_on_accounts", _("Switched accounts of providers on")

    @property
    def permission(self) -> str:
        return "messaging.add_account" if self is self.ADD else "messaging.change_account"
