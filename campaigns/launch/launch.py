"""The text of a launch and the first chunk of people, frozen at once for the caller.

A campaign with no more people than that may send when `begin` returns; all other chunks are a
job's (campaigns.launch.further_chunks).
"""

from collections.abc import Callable

from django.db.models import Max
from django.utils import timezone

from campaigns.actions import CampaignAction
from campaigns.audience.values import AudienceError
from campaigns.changing import OperationRefused, existing, locked
from campaigns.launch.approval import require_approval
from campaigns.launch.checks import Check, blockers, refuse
from campaigns.launch.further_chunks import begin_job, start_sending
from campaigns.launch.people import addressees
from campaigns.launch.recipients import Freezer
from campaigns.launch.texts import frozen
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from campaigns.status_reasons import NO_REASON
from contacts.models import Contact
from waproject.accounts.actors import Actor, user_of
from waproject.audit.acting import acting
from waproject.core.db.retry import persistently
from waproject.core.text.sentences import gettext as _

# A campaign may be changed while its first people are read; so often they are read again.
READINGS = 3

Permit = Callable[[Campaign], object]


@persistently
def begin(
    campaign_id: int,
    *,
    permit: Permit,
    by: Actor,
    accept_warnings: bool = False,
) -> int:
    """Launch a campaign, or begin to; return how many recipients are queued so far.

    `permit` raises OperationRefused unless the campaign, as it is, may be launched; it is called
    again when the campaign is locked. Raises OperationRefused as well when the preflight has an
    error, or a warning that was not accepted; then nothing of the launch stays. Done again when a
    person was deleted, or joined with another, before their row was written. What only the people
    of later chunks show is found later, and makes the campaign a draft again.
    """
    for _reading in range(READINGS):
        campaign = existing(campaign_id)
        permit(campaign)
        first = _First(campaign)
        with acting(by, CampaignAction.LAUNCH, campaign, text=campaign.name) as event:
            now = locked(campaign_id)
            permit(now)
            if is_unchanged(campaign, now):
                event.before = {"status": now.status}
                queued = first.write(by=by, accept_warnings=accept_warnings)
                event.after = {"status": CampaignStatus.LAUNCHING, "people": queued}
                return queued
            event.drop()
    raise being_changed(campaign)


def is_unchanged(before: Campaign, now: Campaign) -> bool:
    """Whether a campaign and the text of its template are as they were when they were read."""
    columns = [field.attname for field in Campaign._meta.concrete_fields]
    same = all(getattr(before, column) == getattr(now, column) for column in columns)
    return same and frozen(before) == frozen(now)


def being_changed(campaign: Campaign) -> OperationRefused:
    """The refusal of what was decided about a campaign that is another now."""
    sentence = _("“%(name)s” is being changed. Look at it again, then launch it.")
    return OperationRefused([sentence % {"name": campaign.name}])


class _First:
    """What a launch reads before it locks anything: its checks, and its first people.

    On SQLite a long search inside the transaction would keep all other writers waiting. Checked are
    the same people that are frozen: reading them twice would take half as long again.
    """

    def __init__(self, campaign: Campaign) -> None:
        if wrong := blockers(campaign):
            raise OperationRefused(wrong)
        self.campaign = campaign
        self.frozen = frozen(campaign)
        self.now = timezone.now()
        try:
            self.check = Check(campaign, now=self.now)
        except AudienceError as error:
            raise OperationRefused([error.sentence]) from None
        self.last_contact = Contact.objects.aggregate(last=Max("pk"))["last"] or 0
        batches = addressees(campaign, self.check.audience, until=self.last_contact)
        self.people = next(batches, [])
        self.check.count(self.people)
        self.rows = Freezer(campaign, self.now).rows(self.people)
        self.is_all = next(batches, None) is None

    def write(self, *, by: Actor, accept_warnings: bool) -> int:
        """Write the first people in the caller's transaction, which has locked the campaign."""
        # The clock launches for the person who scheduled it.
        user = user_of(by) or self.campaign.launched_by
        row = Campaign.objects.filter(pk=self.campaign.pk)
        row.advance(
            CampaignStatus.LAUNCHING,
            **NO_REASON,
            launched_by=user,
            total_recipients=len(self.people),
            **self.frozen,
        )
        queued = Freezer(self.campaign, self.now).write(self.rows)
        if self.is_all:
            found = self.check.result()
            refuse(found, accept_warnings=accept_warnings)
            require_approval(self.campaign, found.recipients, launcher=user)
            start_sending(self.campaign.pk)
        else:
            self._refuse_early(accept_warnings=accept_warnings)
            require_approval(self.campaign, self.check.tally.recipients, launcher=user)
            begin_job(
                self.campaign,
                owner=user,
                done=len(self.people),
                accept_warnings=accept_warnings,
                cursor=self.people[-1].contact.pk,
                last_contact=self.last_contact,
                tally=self.check.tally.to_json(),
            )
        return queued

    def _refuse_early(self, *, accept_warnings: bool) -> None:
        """What there is to warn of does not go away with more people, but its numbers grow."""
        if self.check.result().warnings and not accept_warnings:
            raise OperationRefused(
                [
                    _("There is something to confirm first: look at the preflight of “%(name)s”.")
                    % {"name": self.campaign}
                ]
            )
