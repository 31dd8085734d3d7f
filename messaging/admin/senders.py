from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from messaging.delivery.waking import look_for_room
from messaging.models import Account, Channel, Delivery, Sender
from messaging.standing.connecting import WARM_UP
from messaging.standing.pages import StandingPages
from messaging.states import Quality
from waproject.core.admin import chips
from waproject.core.admin.deleting import NamesFewDeleted
from waproject.core.admin.writing import WritesWhatChanged

MOST_PEOPLE = 1_000_000
LONGEST_PLAN = 60

# What says how many people a day a sender may write to first.
ALLOWED_BY = {
    *("daily_limit", "tier", "quality"),
    *("warm_up", "share_when_medium", "share_when_low"),
}
_OWN = ["name", "account", "channel", "address"]
_TOLD = ["quality", "tier"]


class PlanField(forms.CharField):
    """A warm-up plan, as numbers with commas between them."""

    def prepare_value(self, value):
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value):
        if isinstance(value, list):
            return value
        words = [word.strip() for word in (value or "").replace(";", ",").split(",")]
        words = [word for word in words if word]
        if not all(word.isdecimal() and 0 < int(word) <= MOST_PEOPLE for word in words):
            raise ValidationError(
                _("Write whole numbers of people with commas between them, like 50, 100, 200.")
            )
        if len(words) > LONGEST_PLAN:
            raise ValidationError(_("A plan has at most %(most)d days.") % {"most": LONGEST_PLAN})
        return [int(word) for word in words]

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != (initial or [])
        except ValidationError:
            return True


class RateField(forms.FloatField):
    """Messages per second: 80, and 0.5 where it is less than one."""

    def prepare_value(self, value):
        return int(value) if isinstance(value, float) and value.is_integer() else value


class SenderForm(forms.ModelForm):
    """A sender. By what its messages leave is changed only while none is on its way.

    The provider is asked by account and number what became of a message that is in doubt. Asked by
    others it would know nothing of it, and the message would be sent again.
    """

    warm_up = PlanField(
        label=_("Warm-up plan"),
        required=False,
        help_text=_(
            "To how many people a day it writes first, from the first day on: 50, 100, 200. After"
            " the last day the plan says nothing. A new number that begins with many people is"
            " soon thought little of."
        ),
    )

    class Meta:
        field_classes = {"rate": RateField}

    LEAVES_BY = ("account", "channel", "address", "messaging_service_sid")

    def clean(self):
        cleaned = super().clean()
        changed = [name for name in self.LEAVES_BY if name in self.changed_data]
        if self.instance.pk and changed and _may_be_sending(self.instance.pk):
            raise ValidationError(
                _(
                    "Messages of this sender wait or are on their way. To change by what they"
                    " leave, switch the sender off first, and wait until none is on its way."
                )
            )
        return cleaned


def _may_be_sending(sender_id):
    """Whether messages may be with the provider; of a sender that is off, those in hand alone."""
    deliveries = Delivery.objects.filter(stream__sender=sender_id)
    if Sender.objects.filter(pk=sender_id, status=Sender.Status.DISABLED).exists():
        deliveries = deliveries.in_hand()
    return deliveries.exists()


def _is_listed(sender):
    """Whether the provider lists the number, and so tells what it can send."""
    return hasattr(sender, "standing") and sender.standing.gone_at is None


@admin.register(Sender)
class SenderAdmin(StandingPages, NamesFewDeleted, WritesWhatChanged, admin.ModelAdmin):
    holds = _("The numbers from which messages leave. An account lists those that it has.")
    form = SenderForm

    class Media:
        css = {"all": ["waproject/campaign_steps.css"]}

    logged_values = [
        *(*_OWN, "messaging_service_sid", "status"),
        *("quality", "tier", "rate", "daily_limit", "sends_files"),
        *("warm_up", "share_when_medium", "share_when_low"),
    ]
    list_display = ["name", "number", "channel", "account", "per_second", "quality", "status"]
    list_filter = ["channel", "status"]
    chips = {
        "status": {Sender.Status.ACTIVE: chips.USUAL},
        "quality": {Quality.GREEN: chips.USUAL, Quality.YELLOW: chips.WARN, Quality.RED: chips.BAD},
    }
    list_select_related = ["account"]
    search_fields = ["name", "address"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    readonly_fields = ["created_at"]
    fieldsets = [
        (None, {"fields": [*_OWN, "messaging_service_sid", "sends_files", "status", *_TOLD]}),
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
        (
            _("Careful with a young or falling number"),
            {
                "fields": ["warm_up", "share_when_medium", "share_when_low"],
                "description": _(
                    "The least of the people a day above, WhatsApp's limit and the plan holds;"
                    " while the quality is medium or low, a share of it, or of 100,000 people"
                    " where none of them sets a number."
                ),
            },
        ),
    ]

    @admin.display(description=_("messages per second"), ordering="rate")
    def per_second(self, sender):
        return number_format(f"{sender.rate:g}")

    @admin.display(description=_("number"), ordering="address")
    def number(self, sender):
        return sender.shown_address

    def get_changeform_initial_data(self, request):
        """With a single account there is nothing to choose."""
        initial = super().get_changeform_initial_data(request)
        account = Account.objects.first()
        # The simulator's messages reach nobody: there is no good name to earn.
        is_real = account is not None and not account.api.is_simulated
        return {"account": account, "warm_up": WARM_UP if is_real else [], **initial}

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if {*form.changed_data} & ALLOWED_BY:
            look_for_room(obj.pk)

    def get_fieldsets(self, request, obj=None):
        """A number that stays is shown as people write it; a new one was not made yet."""
        shown = super().get_fieldsets(request, obj)
        if obj is None:
            return shown
        if "address" in self.get_readonly_fields(request, obj):
            name, first = shown[0]
            fields = ["number" if one == "address" else one for one in first["fields"]]
            shown = [(name, {**first, "fields": fields}), *shown[1:]]
        return [*shown, (None, {"fields": ["created_at"]})]

    def get_readonly_fields(self, request, obj=None):
        """A number with conversations stays: they were held with that number.

        What the provider tells of it is not typed.
        """
        fixed = list(self.readonly_fields)
        if obj and obj.conversations.exists():
            fixed += ["channel", "address", "number"]
        if obj and obj.channel == Channel.WHATSAPP and hasattr(obj, "standing"):
            fixed += _TOLD
        if obj and obj.channel == Channel.SMS and _is_listed(obj):
            fixed += ["sends_files"]
        return fixed
