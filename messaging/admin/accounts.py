from django import forms
from django.contrib import admin, messages
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from messaging import accounts
from messaging.models import Account
from messaging.providers import registry
from messaging.providers.base import IdKind
from waproject.tenants.scope import all_tenants


class AccountForm(forms.ModelForm):
    """The account; its secrets are entered, and never shown."""

    token = forms.CharField(label=_("token"), required=False, max_length=500, strip=True)
    verify_token = forms.CharField(
        label=_("webhook verify token"),
        required=False,
        max_length=200,
        help_text=_("Only for providers that try a webhook before they use it."),
    )

    class Meta:
        model = Account
        fields = [
            *("name", "provider", "external_id", "token_expires_at", "waba_id"),
            *("phone_number_id", "display_name", "verified_name", "quality", "tier"),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("token", "verify_token"):
            if self.instance.in_environment:
                del self.fields[name]
            else:
                widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
                self.fields[name].widget = widget
        if "provider" in self.fields:
            names = [(name, name.title()) for name in registry.names()]
            self.fields["provider"].widget = forms.Select(choices=names)
        if self.instance.access_token and "token" in self.fields:
            self.fields["token"].help_text = self._replaces()

    def clean_external_id(self):
        """A webhook finds its business by this id, so no two businesses may have the same."""
        external_id = self.cleaned_data["external_id"]
        provider = registry.provider(self.cleaned_data.get("provider", self.instance.provider))
        if problem := provider.id_problem(IdKind.ACCOUNT, external_id):
            raise forms.ValidationError(problem)
        with all_tenants():
            others = Account.objects.exclude(pk=self.instance.pk)
            if others.filter(external_id=external_id).exists():
                raise forms.ValidationError(gettext("There is already an account with this id."))
        return external_id

    def _replaces(self):
        set_at = self.instance.token_set_at
        if set_at is None:
            return gettext("A token is set. What you enter here replaces it.")
        day = date_format(localtime(set_at), "SHORT_DATE_FORMAT")
        return gettext("Set on %(day)s. What you enter here replaces it.") % {"day": day}


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin):
    form = AccountForm
    logs_itself = True  # the form is the door of accounts.store
    list_display = ["name", "provider", "external_id", "state", "quality", "tier", "last_synced_at"]
    list_filter = ["status"]
    search_fields = ["name", "external_id"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    readonly_fields = ["state", "last_synced_at", "created_at"]
    actions = ["switch_off", "switch_on", "ask_now"]

    def get_fieldsets(self, request, obj=None):
        secrets = ["token", "token_expires_at", "verify_token"]
        sentence = _("The token is stored encrypted, and is not shown again.")
        if obj and obj.in_environment:
            secrets = []
            sentence = _(
                "The id and the token of this account stand in .env, and are changed there."
            )
        access = {"fields": ["provider", "external_id", *secrets], "description": sentence}
        whatsapp = ["waba_id", "phone_number_id", "display_name", "verified_name"]
        return [
            (None, {"fields": ["name", "state", "last_synced_at"]}),
            (_("Access"), access),
            (_("WhatsApp"), {"fields": [*whatsapp, "quality", "tier"]}),
            (None, {"fields": ["created_at"]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        if obj and obj.in_environment:
            return [*self.readonly_fields, "provider", "external_id"]
        return self.readonly_fields

    def has_delete_permission(self, request, obj=None):
        """The account of the environment stays: it is made again at once."""
        may = super().has_delete_permission(request, obj)
        return may and not (obj and obj.in_environment)

    def get_deleted_objects(self, objs, request):
        """As Django has it, but that the account of the environment is named as protected."""
        shown, counts, perms, protected = super().get_deleted_objects(objs, request)
        kept = [str(one) for one in objs if one.in_environment]
        return shown, counts, perms, [*protected, *kept]

    def save_model(self, request, obj, form, change):
        given = form.cleaned_data
        accounts.store(
            obj,
            token=given.get("token", ""),
            verify_token=given.get("verify_token", ""),
            by=request.user,
        )

    @admin.display(description=_("status"), ordering="status")
    def state(self, account):
        label = account.get_status_display()
        return f"{label}: {account.status_reason}" if account.status_reason else label

    @admin.action(description=_("Switch off: send nothing with them"), permissions=["change"])
    def switch_off(self, request, queryset):
        count = accounts.switch_off([one.pk for one in queryset], by=request.user)
        sentence = ngettext(
            "%(count)d account is switched off.", "%(count)d accounts are switched off.", count
        )
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)

    @admin.action(description=_("Switch on"), permissions=["change"])
    def switch_on(self, request, queryset):
        count = accounts.switch_on([one.pk for one in queryset], by=request.user)
        sentence = ngettext(
            "%(count)d account is switched on.", "%(count)d accounts are switched on.", count
        )
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)

    @admin.action(description=_("Ask the provider whether they work"), permissions=["change"])
    def ask_now(self, request, queryset):
        chosen = list(queryset)
        answered = sum(accounts.refresh(one) for one in chosen)
        silent = len(chosen) - answered
        if silent:
            sentence = ngettext(
                "The provider did not answer about %(count)d account.",
                "The provider did not answer about %(count)d accounts.",
                silent,
            )
            self.message_user(request, sentence % {"count": silent}, messages.WARNING)
        else:
            self.message_user(request, gettext("The provider answered."), messages.SUCCESS)
