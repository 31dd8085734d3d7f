"""What this app stores, each subject in a module of its own."""

from campaigns.models.approvals import Approval as Approval
from campaigns.models.campaigns import Campaign as Campaign
from campaigns.models.launches import Launch as Launch
from campaigns.models.recipients import Recipient as Recipient
from campaigns.models.recipients import StatusChange as StatusChange
