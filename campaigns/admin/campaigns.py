"""The page of each campaign: a form in steps while it is a draft, a funnel after."""

from django.contrib import admin
from django.db import connection
from django.forms import ModelForm
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from campaigns.admin.actions import DecidingAdmin
from campaigns.admin.builder.departures import DeparturesAdmin
from campaigns.admin.builder.forms import COUNT_BUTTON, WhatForm, WhenForm
from campaigns.admin.builder.live import LiveAdmin
from campaigns.admin.builder.own_number import OwnNumberAdmin
from campaigns.admin.builder.people_count import people_soon, stored_audience
from campaigns.admin.builder.steps import (
    STEP,
    WHAT,
    WHO,
    shown_steps,
    step_of,
    url_after,
    url_before,
)
from campaigns.admin.builder.template_choices import template_choices
from campaigns.admin.columns import CampaignColumns
from campaigns.admin.progress.running import RunningAdmin
from campaigns.audience.form import NAMING_PEOPLE, AudienceForm
from campaigns.audience.pages import DraftPages
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from contacts.models import Vehicle
from contacts.permissions import may_see_people

# Saves a step, and goes on to the next one.
NEXT_BUTTON = "_next"

# Of the audience, what may name a person is not in the log of operations.
LOGGED = [
    *("name", *WhatForm.Meta.fields, "template_values", *WhenForm.Meta.fields),
    *(name for name in AudienceForm.base_fields if name not in (*NAMING_PEOPLE, "custom")),
]


@admin.register(Campaign)
class CampaignAdmin(
    DeparturesAdmin,
    LiveAdmin,
    RunningAdmin,
    DraftPages,
    OwnNumberAdmin,
    DecidingAdmin,
    CampaignColumns,
):
    holds = _(
        "A campaign writes to many people at once: who, what and when are chosen in four steps."
    )
    logged_values = LOGGED

    class Media:
        css = {
            "all": [
                "waproject/phone.css",
                "waproject/charts.css",
                "waproject/campaigns.css",
                "waproject/campaign_steps.css",
            ]
        }

    # Only drafts are edited or deleted.

    def has_change_permission(self, request, obj=None):
        """Whoever may make campaigns goes on with their own draft, whose steps come one by one."""
        if not _is_draft(obj):
            return False
        is_own = obj is not None and obj.created_by_id == request.user.pk
        return super().has_change_permission(request, obj) or (
            is_own and self.has_add_permission(request)
        )

    def has_delete_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_delete_permission(request, obj)

    def get_object(self, request, object_id, from_field=None):
        """While a form is saved its campaign is locked, so that it cannot be launched meanwhile."""
        obj = super().get_object(request, object_id, from_field)
        if obj and request.method == "POST" and connection.in_atomic_block:
            return Campaign.objects.select_for_update().filter(pk=obj.pk).first()
        return obj

    def get_fieldsets(self, request, obj=None):
        if self._is_fixed(request, obj):
            return []
        step = _step(request, obj)
        left_out = set() if may_see_people(request.user) else set(NAMING_PEOPLE)
        if obj and step is WHO:
            left_out.add("sender")
        return [(None, {"fields": [name for name in step.fields if name not in left_out]})]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if self._is_fixed(request, obj):
            return super().get_form(request, obj, change, form=ModelForm, **kwargs)
        form = super().get_form(request, obj, change, form=_step(request, obj).form, **kwargs)
        form.sees_people = may_see_people(request.user)
        return form

    def _is_fixed(self, request, obj):
        return obj is not None and not self.has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        fixed = self._is_fixed(request, obj)
        context["fixed"] = fixed
        if obj:
            context |= self.panel_context(request, obj)
        if fixed:
            context |= self.facts_context(request, obj)
        else:
            context |= self._step_context(request, obj, context["adminform"].form)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _step_context(self, request, obj, form):
        """What the page of one step shows besides its fields."""
        step = _step(request, obj)
        if step is WHO:
            people = self.count_context(request, form, with_page=True)
        else:
            people = people_soon(request.user, stored_audience(obj), obj.sender.channel)
        told = people["count"].reachable if people.get("may_count") else None
        advanced = [form[name] for name in step.advanced if _is_shown(request, form, name)]
        context = {
            **people,
            "step": step,
            "steps": shown_steps(obj, step.name, told),
            "back_url": url_before(obj, step) if obj else "",
            "next_button": NEXT_BUTTON,
            "count_button": COUNT_BUTTON,
            "advanced": advanced,
            "advanced_open": any(
                field.errors or (step is WHO and field.value()) for field in advanced
            ),
        }
        return context | self._further_context(request, obj, step, form)

    def _further_context(self, request, obj, step, form):
        if step is WHO:
            return {"makes": Vehicle.objects.makes(), "models": Vehicle.objects.all_models()}
        if step is WHAT:
            choices = template_choices(form["template"], obj.sender, request.user)
            chosen = next((one.template for one in choices if one.is_chosen), None)
            text = form["message_template"].value() or ""
            wants_text = form["template"].value() in ("", None)
            preview = self.preview_context(request, obj, chosen, text if wants_text else "")
            # Values that were wrong stand with what is said of them.
            preview["given"] = form.given or preview["given"]
            return {"choices": choices, "wants_text": wants_text, **preview}
        return {}

    def response_add(self, request, obj, post_url_continue=None):
        """On to the next step; that a draft was saved says itself there."""
        if NEXT_BUTTON in request.POST:
            return redirect(url_after(obj, WHO))
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        if NEXT_BUTTON in request.POST:
            return redirect(url_after(obj, _step(request, obj)))
        return super().response_change(request, obj)


def _step(request, campaign):
    """The step of the page; what is posted says itself from which one it comes."""
    asked = request.POST.get(STEP) or request.GET.get(STEP, "")
    return step_of(asked, campaign)


def _is_draft(campaign):
    return campaign is None or campaign.status == CampaignStatus.DRAFT


def _is_shown(request, form, name):
    may = name not in NAMING_PEOPLE or may_see_people(request.user)
    return may and name in form.fields
