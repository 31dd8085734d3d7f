"""The first steps in an empty installation, each ticked by what there is."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from waproject.site.home.counts import Counts


@dataclass(frozen=True)
class Step:
    """One step; `url` is the page where this reader can do it, "" when it is done or not theirs."""

    icon: str
    label: str
    detail: str
    is_done: bool
    url: str
    button: str


def steps(user: Any, counts: Counts) -> list[Step]:
    """What is to be done until the first campaign leaves; nothing once one was launched.

    Nothing either for those who can do none of it.
    """
    if counts.launched:
        return []
    made = [_step(user, *row) for row in _rows(counts)]
    return made if any(step.is_done or step.url for step in made) else []


def _step(
    user: Any,
    permission: str,
    page: str,
    icon: str,
    label: str,
    detail: str,
    button: str,
    is_done: int,
) -> Step:
    may = user.has_perm(permission) and not is_done
    return Step(icon, label, detail, bool(is_done), reverse(page) if may else "", button)


def _rows(counts: Counts) -> list[tuple[str, str, str, str, str, str, int]]:
    return [
        (
            "messaging.view_account",
            "admin:messaging_account_changelist",
            "link",
            _("Connect the account with the provider"),
            _("Twilio's credentials, which are tried at once"),
            _("Open accounts"),
            counts.connected,
        ),
        (
            "messaging.add_sender",
            "admin:messaging_sender_add",
            "phone",
            _("Add the number that writes"),
            _("Its messages and those of people go through it"),
            _("Add sender"),
            counts.senders,
        ),
        (
            "messaging.add_template",
            "admin:messaging_template_add",
            "template",
            _("Write a template and have WhatsApp approve it"),
            _("WhatsApp answers within minutes as a rule"),
            _("Add template"),
            counts.approved,
        ),
        (
            "contacts.import_contact",
            "admin:contacts_contact_import",
            "people",
            _("Import contacts"),
            _("From an Excel or CSV file, with their vehicles"),
            _("Import"),
            counts.contacts,
        ),
        (
            "campaigns.add_campaign",
            "admin:campaigns_campaign_add",
            "campaign",
            _("Launch the first campaign"),
            _("Nothing leaves before somebody launches it"),
            _("New campaign"),
            counts.launched,
        ),
    ]
