from django.utils.translation import gettext as _
from import_export.fields import Field

from optouts.models import OptOut
from waproject.core.exports.lists import ListResource


class OptOutResource(ListResource):
    """The list as a spreadsheet: phones as they are, the reason in words."""

    whatsapp_user_id = Field("contact__whatsapp_user_id", "whatsapp_user_id")
    name = Field("contact__name", "name")
    reason = Field("get_reason_display", "reason")

    class Meta:
        model = OptOut
        fields = ("phone", "whatsapp_user_id", "name", "opted_out_at", "reason")
        export_order = fields

    @classmethod
    def title_of(cls, name: str) -> str:
        return _("WhatsApp user id") if name == "whatsapp_user_id" else super().title_of(name)
