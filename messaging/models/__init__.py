"""What this app stores, each subject in a module of its own."""

from contacts.states import Channel as Channel
from messaging.delivery.models import Delivery as Delivery
from messaging.delivery.models import DeliveryStream as DeliveryStream
from messaging.delivery.models import Lane as Lane
from messaging.models.accounts import Account as Account
from messaging.models.answer_posts import AnswerPost as AnswerPost
from messaging.models.auto_replies import AutoReply as AutoReply
from messaging.models.conversations import Conversation as Conversation
from messaging.models.kept_statuses import KeptStatus as KeptStatus
from messaging.models.messages import Message as Message
from messaging.models.senders import Opening as Opening
from messaging.models.senders import Sender as Sender
from messaging.models.template_approvals import TemplateApproval as TemplateApproval
from messaging.models.templates import Category as Category
from messaging.models.templates import HeaderType as HeaderType
from messaging.models.templates import Template as Template
from messaging.models.templates import TemplateVersion as TemplateVersion
from messaging.tokens import new_token as new_token
from messaging.tokens import new_tokens as new_tokens
