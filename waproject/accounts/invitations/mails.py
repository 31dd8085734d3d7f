"""The e-mail with the link."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.defaultfilters import date
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from waproject.accounts.invitations.models import Invitation

logger = logging.getLogger(__name__)


def link_of(token: str) -> str:
    return settings.PUBLIC_BASE_URL + reverse("accept-invitation", args=[token])


def send_link(invitation: Invitation, token: str) -> bool:
    """Send the link; whether the server of e-mails took it. Not within a transaction: it waits."""
    words = {
        "business": invitation.tenant.name,
        "role": invitation.role.title,
        "link": link_of(token),
        "end": date(localtime(invitation.ends_at), "SHORT_DATETIME_FORMAT"),
    }
    text = _(
        "%(business)s invites you to work with its WhatsApp campaigns. Your role: %(role)s.\n\n"
        "Choose your password here:\n\n%(link)s\n\n"
        "The link works once, until %(end)s. If you expect no invitation, ignore this e-mail.\n"
    )
    subject = _("Invitation of %(business)s") % words
    try:
        sent = send_mail(subject, text % words, None, [invitation.email])
    except (SMTPException, OSError) as error:
        logger.warning("An invitation was not sent: %s.", type(error).__name__)
        return False
    return bool(sent)
