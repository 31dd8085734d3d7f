"""The lists of outcomes and of quick answers, and the rules of the inbox, for staff to edit."""

from django import forms
from django.contrib import admin
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from messaging.inbox.models import CannedAnswer, InboxRules, Outcome, TagRule
from messaging.operations import those_who_answer


@admin.register(Outcome)
class OutcomeAdmin(admin.ModelAdmin):
    holds = _("How a conversation can end: with a sale, with a visit, without interest.")
    list_display = ["name", "code", "is_sale", "position", "active"]
    list_filter = ["active", "is_sale"]
    fields = ["name", "code", "is_sale", "position", "active"]
    logged_values = fields
    show_full_result_count = False


@admin.register(CannedAnswer)
class CannedAnswerAdmin(admin.ModelAdmin):
    holds = _("Answers that are written once: in the inbox, a slash and the shortcut bring them.")
    list_display = ["shortcut", "text", "active"]
    list_filter = ["active"]
    search_fields = ["shortcut", "text"]
    fields = ["shortcut", "text", "active"]
    logged_values = fields
    show_full_result_count = False


class RulesForm(forms.ModelForm):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these days"),
        coerce=int,
        choices=[(number, capfirst(name)) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = InboxRules
        fields = (
            *("assigning", "opens", "closes", "away_text"),
            *("answer_within", "resolve_within"),
        )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["weekdays"].initial = [n for n in WEEKDAYS if self.instance.days >> n & 1]

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("opens")) != bool(cleaned.get("closes")):
            self.add_error("closes", _("Both times are needed, or neither."))
        return cleaned

    def save(self, commit=True):
        self.instance.days = sum(1 << number for number in self.cleaned_data["weekdays"])
        return super().save(commit)


class TagRules(admin.TabularInline):
    model = TagRule
    extra = 1
    says_itself = True  # its fields are all that there is to say of a rule

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "to":
            kwargs["queryset"] = those_who_answer()
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "to":
            field.label_from_instance = lambda user: user.get_full_name() or user.get_username()
        return field


@admin.register(InboxRules)
class InboxRulesAdmin(admin.ModelAdmin):
    """One page and no list."""

    form = RulesForm
    formfield_overrides = {
        models.TimeField: {"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}
    }
    inlines = [TagRules]
    fieldsets = (
        (None, {"fields": ("assigning",)}),
        (_("Hours"), {"fields": ("opens", "closes", "weekdays", "away_text")}),
        (
            _("Time to an answer"),
            {
                "fields": ("answer_within", "resolve_within"),
                "description": _("Where hours are set, only these count; the nights do not."),
            },
        ),
    )
    logged_values = (
        *("assigning", "opens", "closes", "away_text", "weekdays"),
        *("answer_within", "resolve_within"),
    )

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        """The one page there is."""
        rules = InboxRules.objects.first()
        if rules is None or not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        return redirect(reverse("admin:inbox_inboxrules_change", args=[rules.pk]))
