"""Writing to somebody by a template, which WhatsApp takes when the window is closed too.

It goes as an answer does, before every campaign; what it is for decides to whom it may go.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact, Vehicle
from messaging.answers import ANSWERED, KIND, CannotAnswer, Leaving, Post, is_first
from messaging.delivery import queue
from messaging.delivery.states import Priority
from messaging.inbox.actions import InboxAction
from messaging.inbox.times import rounds
from messaging.models import Category, Conversation, Sender, Template, TemplateVersion
from messaging.texts.rendering import CAMPAIGN, Rendered, source_of
from messaging.texts.sending import render_version
from messaging.tokens import new_token
from optouts.reachability import Barrier, Purpose, barrier
from waproject.accounts.actors import Actor, user_of
from waproject.audit.acting import acting

VALID_FOR = timedelta(hours=24)
# The streams of an answer's kind: that of answers themselves is 0.
STREAMS = {Purpose.SERVICE: 1, Purpose.MARKETING: 2}
MOST_OFFERED = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """A template as this person would read it.

    `lacks` names what the person has no value for, `asks` what a campaign alone can say.
    """

    template: Template
    text: str
    lacks: str
    asks: str


def offers(talk: Conversation) -> list[Offer]:
    """The approved templates of the sender's account, by name, at most MOST_OFFERED."""
    vehicle = talk.contact.newest_vehicle
    found = usable(talk.sender).order_by("name")[:MOST_OFFERED]
    rendered = [(one, _render(one, talk.contact, vehicle)) for one in found]
    return [_offer(one, text) for one, text in rendered]


def _offer(template: Template, rendered: Rendered) -> Offer:
    asked = _asked_of_campaigns(template, rendered)
    lacking = [name for name in rendered.missing if name not in asked]
    return Offer(template, rendered.text, ", ".join(lacking), ", ".join(asked))


def _asked_of_campaigns(template: Template, rendered: Rendered) -> list[str]:
    """What the text needs, and each campaign says for itself."""
    version = cast(TemplateVersion, template.in_use)
    return [name for name in rendered.missing if source_of(name, version.variables) == CAMPAIGN]


def usable(sender: Sender) -> "QuerySet[Template]":
    """The templates that this sender can send now."""
    approved: QuerySet[Template] = Template.objects.filter(
        status=Template.Status.APPROVED, in_use__isnull=False, account=sender.account_id
    )
    return approved.select_related("in_use")


def send_template(
    conversation_id: int, template_id: int, *, by: Actor, form_token: str = ""
) -> bool:
    """Send an approved template to the person of a conversation.

    The same template posted again with the `form_token` of its page is the same message: False
    then, and nothing more is sent (messaging.answers.answer).
    Raises CannotAnswer when the person may not be written to for what it is for, when they lack a
    value of it, when it is not approved any more, or when the sender is switched off.
    """
    with acting(by, InboxAction.TEMPLATE) as event:
        rows = Conversation.objects.select_related("sender", "contact")
        talk = rows.select_for_update(of=("self",), no_key=True).get(pk=conversation_id)
        token = new_token()
        user, at = user_of(by), timezone.now()
        post = Post(form_token or token, f"\0template {template_id}")
        if not is_first(talk, post, Leaving(token, user, at)):
            event.drop()
            return False
        template = usable(talk.sender).filter(pk=template_id).first()
        if template is None:
            raise CannotAnswer(_("The template is not approved any more."))
        rendered = _render(template, talk.contact, talk.contact.newest_vehicle)
        purpose = purpose_of(template)
        if refusal := _why_not(talk, purpose, _offer(template, rendered)):
            raise CannotAnswer(refusal)
        event.about, event.after = talk, {"template": template.pk}
        stream = queue.open_stream(
            talk.sender_id, KIND, STREAMS[purpose], priority=Priority.PERSON, purpose=purpose
        )
        item = queue.Item(
            contact_id=talk.contact_id,
            address=talk.contact.address_on(talk.sender.channel),
            body=rendered.text,
            template_version_id=template.in_use_id,
            variables=rendered.variables,
            valid_until=timezone.now() + VALID_FOR,
            asked_at=timezone.now(),
            token=token,
            asked_by_id=user.pk if user else None,
        )
        queue.enqueue(stream, [item])
        rounds.answered(talk, token=token, by=user, at=at)
        Conversation.objects.filter(pk=talk.pk).update(**ANSWERED)
        return True


def purpose_of(template: Template) -> Purpose:
    """What a template is for: what is no advertising is a service."""
    return Purpose.MARKETING if template.category == Category.MARKETING else Purpose.SERVICE


def _why_not(talk: Conversation, purpose: Purpose, offer: Offer) -> str:
    if talk.sender.status == Sender.Status.DISABLED:
        return _("The sender is switched off.")
    if offer.asks:
        return _("Only campaigns send it: each one says %(names)s.") % {"names": offer.asks}
    if offer.lacks:
        return _("The person has no value for: %(names)s.") % {"names": offer.lacks}
    people = Contact.objects.filter(pk=talk.contact_id)
    code = people.values_list(barrier(talk.sender.channel, purpose), flat=True).get()
    if code:
        return _("This person may not be written to: %(reason)s.") % {"reason": Barrier(code).label}
    return ""


def _render(template: Template, contact: Contact, vehicle: Vehicle | None) -> Rendered:
    version = cast(TemplateVersion, template.in_use)  # `usable` has those alone
    return render_version(version, contact, vehicle)
