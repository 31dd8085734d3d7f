"""Recipients as a spreadsheet."""

from import_export.fields import Field

from campaigns.models import Recipient
from campaigns.states import RecipientStatus
from waproject.core.exports.lists import ListResource


class RecipientResource(ListResource):
    """One line a recipient: phones as they are, the status in words."""

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

    def dehydrate_status(self, recipient):
        return self._labels[recipient.status]
