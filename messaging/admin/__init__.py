"""The pages on which staff see and set up messages."""

from messaging.admin.accounts import AccountAdmin
from messaging.admin.conversations import ConversationAdmin
from messaging.admin.log import KeptStatusAdmin, MessageAdmin
from messaging.admin.replies import AutoReplyAdmin
from messaging.admin.senders import SenderAdmin
from messaging.admin.templates import TemplateAdmin

__all__ = [
    "AccountAdmin",
    "AutoReplyAdmin",
    "ConversationAdmin",
    "KeptStatusAdmin",
    "MessageAdmin",
    "SenderAdmin",
    "TemplateAdmin",
]
