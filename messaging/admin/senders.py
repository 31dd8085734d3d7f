from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from messaging.models import Account, Sender

_OWN = ["name", "account", "channel", "address"]


@admin.register(Sender)
class SenderAdmin(admin.ModelAdmin):
    logged_values = ["status", "rate", "daily_limit"]
    list_display = ["name", "address", "channel", "account", "rate", "quality", "status"]
    list_filter = ["channel", "status"]
    list_select_related = ["account"]
    search_fields = ["name", "address"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    readonly_fields = ["created_at"]
    fieldsets = [
        (None, {"fields": [*_OWN, "messaging_service_sid", "status", "quality", "tier"]}),
        (
            _("Rate"),
            {
                "fields": ["rate", "daily_limit"],
                "description": _(
                    "All campaigns of this sender share its rate, whatever the number of workers."
                    " WhatsApp allows 80 messages per second unless more was agreed."
                ),
            },
        ),
        (None, {"fields": ["created_at"]}),
    ]

    def get_changeform_initial_data(self, request):
        """With a single account there is nothing to choose."""
        initial = super().get_changeform_initial_data(request)
        return {"account": Account.objects.first(), **initial}

    def get_readonly_fields(self, request, obj=None):
        """A number with conversations stays: they were held with that number."""
        if obj and obj.conversations.exists():
            return [*self.readonly_fields, "channel", "address"]
        return self.readonly_fields
