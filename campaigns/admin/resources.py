"""Campaigns and their recipients as a spreadsheet."""

from django.utils.translation import pgettext_lazy
from import_export.fields import Field

from campaigns.models import Campaign, Recipient
from campaigns.states import CampaignStatus, RecipientStatus
from campaigns.summaries.campaigns import funnels
from contacts.permissions import shown_address, shown_text
from waproject.core.exports.lists import ListResource


class RecipientResource(ListResource):
    """One line a recipient: phones as the reader may see them, status and reason in words."""

    campaign = Field("campaign__name", "campaign")
    name = Field("contact__name", "name")

    class Meta:
        model = Recipient
        fields = (
            "campaign",
            "phone",
            "name",
            "status",
            "reason",
            "error_code",
            "error_message",
            "body",
            "message_sid",
            "sent_at",
            "delivered_at",
            "read_at",
            "replied_at",
            "closed_at",
            "failed_at",
            "skipped_at",
        )
        export_order = fields

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        # Translated once: doing so for each row took a third of an export's time.
        self._labels = {value: str(label) for value, label in RecipientStatus.choices}
        self._reasons = {}

    def dehydrate_phone(self, recipient):
        return shown_address(recipient.phone)

    def dehydrate_body(self, recipient):
        return shown_text(recipient.body)

    def dehydrate_error_message(self, recipient):
        return shown_text(recipient.error_message)

    def dehydrate_status(self, recipient):
        return self._labels[recipient.status]

    def dehydrate_reason(self, recipient):
        reason = recipient.reason, *recipient.reason_details.items()
        if reason not in self._reasons:
            self._reasons[reason] = recipient.why
        return self._reasons[reason]


# How many people came how far: the columns of a campaign that are counted.
_COUNTED = {
    "recipients": pgettext_lazy("people", "people"),
    "sent": pgettext_lazy("people", "sent"),
    "delivered": pgettext_lazy("people", "delivered"),
    "read": pgettext_lazy("people", "read"),
    "replied": pgettext_lazy("people", "replied"),
    "failed": RecipientStatus.FAILED.label,
    "undelivered": RecipientStatus.UNDELIVERED.label,
    "skipped": RecipientStatus.SKIPPED.label,
}


class CampaignResource(ListResource):
    """One line a campaign, with the numbers that the list shows."""

    sender = Field("sender__name", "sender")
    template = Field("template__name", "template")
    created_by = Field("created_by__username", "created_by")
    recipients = Field("counts__recipients", "recipients")
    sent = Field("counts__sent", "sent")
    delivered = Field("counts__delivered", "delivered")
    read = Field("counts__read", "read")
    replied = Field("counts__replied", "replied")
    failed = Field("counts__failed", "failed")
    undelivered = Field("counts__undelivered", "undelivered")
    skipped = Field("counts__skipped", "skipped")

    class Meta:
        model = Campaign
        fields = (
            *("name", "status", "tag", "sender", "template", "created_by"),
            *("created_at", "scheduled_at", "started_at", "completed_at"),
            *_COUNTED,
        )
        export_order = fields

    def rows(self, queryset, ids, columns):
        """As for other lists; the people of a chunk's campaigns are counted together."""
        self._funnels = funnels(Campaign.objects.filter(pk__in=ids))
        return super().rows(queryset, ids, columns)

    def export_resource(self, instance, selected_fields=None, **kwargs):
        instance.counts = self._funnels[instance.pk]
        return super().export_resource(instance, selected_fields, **kwargs)

    def dehydrate_status(self, campaign):
        return str(CampaignStatus(campaign.status).label)

    @classmethod
    def title_of(cls, name):
        return str(_COUNTED[name]) if name in _COUNTED else super().title_of(name)
