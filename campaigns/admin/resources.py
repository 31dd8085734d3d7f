"""Recipients as a spreadsheet."""

from import_export.fields import Field
from import_export.resources import ModelResource

from campaigns.models import Recipient
from campaigns.states import RecipientStatus
from contacts.spreadsheets import safe_cell


class RecipientResource(ModelResource):
    """One line a recipient: phones as they are, anything that could be a formula as text."""

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

    def export_field(self, field, instance, **kwargs):
        value = super().export_field(field, instance, **kwargs)
        return safe_cell(value) if isinstance(value, str) else value
