from django.utils.translation import gettext as _
from import_export.fields import Field

from contacts.permissions import shown_address, shown_text
from optouts.models import ConsentEvent, Hold, OptOut
from waproject.core.exports.lists import ListResource


class OptOutResource(ListResource):
    """The list as a spreadsheet: phones as the reader may see them, the reason in words."""

    whatsapp_user_id = Field("contact__whatsapp_user_id", "whatsapp_user_id")
    name = Field("contact__name", "name")
    reason = Field("get_reason_display", "reason")

    class Meta:
        model = OptOut
        fields = ("phone", "whatsapp_user_id", "name", "opted_out_at", "reason")
        export_order = fields

    def dehydrate_phone(self, row: OptOut) -> str:
        return shown_address(row.phone)

    def dehydrate_whatsapp_user_id(self, row: OptOut) -> str:
        return shown_address(row.contact.whatsapp_user_id)

    @classmethod
    def title_of(cls, name: str) -> str:
        return _("WhatsApp user id") if name == "whatsapp_user_id" else super().title_of(name)


class ConsentEventResource(ListResource):
    """The ledger of consent, one line an event."""

    phone = Field("contact__phone", "phone")
    name = Field("contact__name", "name")
    change = Field("get_change_display", "change")
    source = Field("get_source_display", "source")
    by = Field("by__username", "by")

    class Meta:
        model = ConsentEvent
        fields = ("at", "phone", "name", "change", "source", "by", "evidence", "note")
        export_order = fields

    def dehydrate_phone(self, event: ConsentEvent) -> str:
        return shown_address(event.contact.phone)

    def dehydrate_evidence(self, event: ConsentEvent) -> str:
        return shown_text(event.evidence)

    def dehydrate_note(self, event: ConsentEvent) -> str:
        return shown_text(event.note)


class HoldResource(ListResource):
    """The held messages, each with what was decided."""

    phone = Field("contact__phone", "phone")
    name = Field("contact__name", "name")
    decision = Field("get_decision_display", "decision")
    decided_by = Field("decided_by__username", "decided_by")

    class Meta:
        model = Hold
        fields = (
            *("held_at", "phone", "name", "text", "phrase"),
            *("decision", "decided_at", "decided_by", "note"),
        )
        export_order = fields

    def dehydrate_phone(self, held: Hold) -> str:
        return shown_address(held.contact.phone)

    def dehydrate_text(self, held: Hold) -> str:
        return shown_text(held.text)

    def dehydrate_phrase(self, held: Hold) -> str:
        return shown_text(held.phrase)

    def dehydrate_note(self, held: Hold) -> str:
        return shown_text(held.note)
