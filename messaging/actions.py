"""What a person may do with conversations and accounts, for the log of operations and for roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waproject.accounts.permissions import Module, Right
from waproject.accounts.states import SystemRole


class ConversationAction(models.TextChoices):
    READ = "messaging.mark_read", _("Marked conversations as read")
    UNREAD = "messaging.mark_unread", _("Marked conversations as unread")
    ASSIGN = "messaging.assign", _("Assigned conversations")
    CLOSE = "messaging.close_conversations", _("Closed conversations")
    TAKE_BACK = "messaging.take_back_answer", _("Took an answer back before it left")
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


class TemplateAction(models.TextChoices):
    SUBMIT = "messaging.submit_template", _("Submitted a template to WhatsApp")
    ARCHIVE = "messaging.archive_templates", _("Archived templates")
    UNARCHIVE = "messaging.unarchive_templates", _("Took templates out of the archive")
    SYNC = "messaging.sync_templates", _("Had the templates brought in step with WhatsApp")
    # Nobody does these by hand.
    DECIDED = "messaging.template_decided", _("WhatsApp decided on a template")
    IMPORTED = "messaging.template_imported", _("Imported a template of the provider's")
    GIVEN_BACK = "messaging.template_given_back", _("Gave back a template that never got there")

    @property
    def permission(self) -> str:
        return "messaging.change_template"


class TestSendAction(models.TextChoices):
    SEND = "messaging.send_test", _("Sent a test to a number of their own")

    @property
    def permission(self) -> str:
        return "messaging.send_test"


class TemplateTextAction(models.TextChoices):
    GO_BACK = "messaging.template_back", _("Went back to a version of a template")
    ADD_LANGUAGE = "messaging.template_language", _("Copied a template to another language")
    USE_LIBRARY = "messaging.template_from_library", _("Began a template with one of the library")

    @property
    def permission(self) -> str:
        return f"messaging.{'change' if self is self.GO_BACK else 'add'}_template"


class ConsentProofAction(models.TextChoices):
    MAKE = "messaging.prove_consent", _("Made the proof of a person's consent")

    @property
    def permission(self) -> str:
        return "contacts.disclose_contact"


_LEADING = {SystemRole.ADMIN, SystemRole.MANAGER}
_WORKING = {*_LEADING, SystemRole.AGENT}
_READING = {*_WORKING, SystemRole.VIEWER}

MESSAGES = Module(
    "messages",
    _("Conversations"),
    (
        Right(
            "view",
            _("See conversations and messages"),
            ("messaging.view_conversation", "messaging.view_message", "messaging.view_keptstatus"),
            _READING,
        ),
        Right(
            "answer",
            _("Answer, assign and close"),
            ("messaging.change_conversation",),
            _WORKING,
            needs=("messages.view",),
        ),
        Right(
            "export",
            _("Export"),
            ("messaging.export_message",),
            _LEADING,
            needs=("messages.view",),
        ),
    ),
    technical={
        *("messaging.add_conversation", "messaging.delete_conversation", "messaging.view_delivery"),
        *(f"messaging.{verb}_message" for verb in ("add", "change", "delete")),
        *(f"messaging.{verb}_keptstatus" for verb in ("add", "change", "delete")),
    },
)
TEMPLATES = Module(
    "templates",
    _("Templates"),
    (
        Right("view", _("See"), ("messaging.view_template",), {*_READING, SystemRole.ANALYST}),
        Right(
            "manage",
            _("Create, change and delete"),
            ("messaging.add_template", "messaging.change_template", "messaging.delete_template"),
            _LEADING,
            needs=("templates.view",),
        ),
        Right(
            "test",
            _("Send a test to a number of their own"),
            ("messaging.send_test",),
            _WORKING,
            needs=("templates.view",),
        ),
    ),
    technical={f"messaging.{verb}_templateversion" for verb in ("add", "change", "delete", "view")},
)
REPLIES = Module(
    "replies",
    _("Automatic replies"),
    (
        Right("view", _("See"), ("messaging.view_autoreply",), _READING),
        Right(
            "manage",
            _("Create, change and delete"),
            (
                "messaging.add_autoreply",
                "messaging.change_autoreply",
                "messaging.delete_autoreply",
            ),
            _LEADING,
            needs=("replies.view",),
        ),
    ),
)
SETTINGS = Module(
    "settings",
    _("Senders and accounts"),
    (
        Right("view", _("See senders"), ("messaging.view_sender",), _READING),
        Right(
            "manage",
            _("Create, change and delete senders"),
            ("messaging.add_sender", "messaging.change_sender", "messaging.delete_sender"),
            {SystemRole.ADMIN},
            needs=("settings.view",),
        ),
        Right(
            "accounts",
            _("See accounts of providers"),
            ("messaging.view_account",),
            {SystemRole.ADMIN},
        ),
        Right(
            "credentials",
            _("Create, change and delete accounts of providers"),
            ("messaging.add_account", "messaging.change_account", "messaging.delete_account"),
            needs=("settings.accounts",),
        ),
    ),
    technical={f"messaging.{verb}_opening" for verb in ("add", "change", "delete", "view")},
)
PERMISSIONS = (MESSAGES, TEMPLATES, REPLIES, SETTINGS)
