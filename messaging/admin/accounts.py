from django import forms
from django.contrib import admin, messages
from django.db import models
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from messaging import accounts
from messaging.models import Account
from messaging.providers import registry
from messaging.providers.base import IdKind
from messaging.standing.pages import ConnectPages
from messaging.states import AccountStatus
from waproject.core.admin import chips
from waproject.tenants.scope import all_tenants

TONES: chips.Tones = {
    AccountStatus.CONNECTED: chips.GOOD,
    AccountStatus.SUSPENDED: chips.BAD,
    AccountStatus.ERROR: chips.BAD,
}

# Where a request keeps the account whose new credentials are to be tried.
_TO_TRY = "account_to_try"


class AccountForm(forms.ModelForm):
    """The account; its secrets are entered, and never shown."""

    token = forms.CharField(label=capfirst(_("token")), required=False, max_length=500, strip=True)
    verify_token = forms.CharField(
        label=capfirst(_("webhook verify token")),
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
class AccountAdmin(ConnectPages, admin.ModelAdmin):
    holds = _("The access to the provider through which messages leave and come.")
    form = AccountForm
    logs_itself = True  # the form is the door of accounts.store
    list_display = [
        *("name", "provider_name", "external_id", "state", "quality", "tier", "last_synced_at")
    ]
    list_filter = ["status"]
    search_fields = ["name", "external_id"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    formfield_overrides = {
        models.DateTimeField: {
            "form_class": forms.DateTimeField,
            "widget": forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
            ),
        }
    }
    readonly_fields = ["state", "last_synced_at", "created_at"]
    actions = ["switch_off", "switch_on", "ask_now"]

    @admin.display(description=_("provider"), ordering="provider")
    def provider_name(self, account):
        return account.provider.title()

    @method_decorator(sensitive_post_parameters("token", "verify_token"))
    def changeform_view(self, request, *args, **kwargs):
        """As Django has it; a report of an error does not show the secrets that were typed.

        New credentials are tried when they are stored: no transaction waits for the provider.
        """
        response = super().changeform_view(request, *args, **kwargs)
        account = getattr(request, _TO_TRY, None)
        if account is None:
            return response
        self._try(request, account)
        return self._to_numbers(request, account) or response

    def get_fieldsets(self, request, obj=None):
        secrets, provider = ["token", "token_expires_at", "verify_token"], "provider"
        sentence = _("The token is stored encrypted, and is not shown again.")
        if obj and obj.in_environment:
            secrets, provider = [], "provider_name"
            sentence = _(
                "The id and the token of this account stand in .env, and are changed there."
            )
        access = {"fields": [provider, "external_id", *secrets], "description": sentence}
        whatsapp = ["waba_id", "phone_number_id", "display_name", "verified_name"]
        return [
            (None, {"fields": ["name", *(["state", "last_synced_at"] if obj else [])]}),
            (_("Access"), access),
            (_("WhatsApp"), {"fields": [*whatsapp, "quality", "tier"], "classes": ["collapse"]}),
            *([(None, {"fields": ["created_at"]})] if obj else []),
        ]

    def get_readonly_fields(self, request, obj=None):
        if obj and obj.in_environment:
            return [*self.readonly_fields, "provider", "provider_name", "external_id"]
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
        if given.get("token"):
            setattr(request, _TO_TRY, obj)

    def _try(self, request, account):
        """Ask the provider at once whether the credentials are right, and say so."""
        answered = accounts.refresh(account)
        account.refresh_from_db()
        if answered and account.status == AccountStatus.CONNECTED:
            self.message_user(request, gettext("The account works."), messages.SUCCESS)
        elif answered:
            sentence = gettext("The account does not work: %(why)s")
            self.message_user(request, sentence % {"why": account.why}, messages.ERROR)
        else:
            sentence = gettext("The provider did not answer, so the account is not tried yet.")
            self.message_user(request, sentence, messages.WARNING)

    def _to_numbers(self, request, account):
        """On to the numbers of a new account that works; None where there is none to choose."""
        is_new = request.resolver_match.url_name == "messaging_account_add"
        works = account.status == AccountStatus.CONNECTED and "_popup" not in request.POST
        if is_new and works and request.user.has_perm("messaging.add_sender"):
            return redirect("admin:messaging_account_numbers", account.pk)
        return None

    @admin.display(description=_("status"), ordering="status")
    def state(self, account):
        state = chips.chip(account.get_status_display(), TONES.get(account.status, ""))
        return format_html('{}<span class="quiet">{}</span>', state, account.why)

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
