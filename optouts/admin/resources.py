from import_export.fields import Field
from import_export.resources import ModelResource

from contacts.spreadsheets import safe_cell
from optouts.models import OptOut


class OptOutResource(ModelResource):
    """The list as a spreadsheet: phones as they are, anything that could be a formula as text."""

    whatsapp_user_id = Field("contact__whatsapp_user_id", "whatsapp_user_id")
    name = Field("contact__name", "name")

    class Meta:
        model = OptOut
        fields = ("phone", "whatsapp_user_id", "name", "opted_out_at", "reason")
        export_order = fields

    def export_field(self, field, instance, **kwargs):
        value = super().export_field(field, instance, **kwargs)
        return safe_cell(value) if isinstance(value, str) else value
