"""The parts of a draft's form that follow what is typed: the count of people, the message."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from campaigns.admin.builder.forms import COUNT_BUTTON
from campaigns.admin.builder.given_values import given_values, posted_values
from campaigns.admin.builder.people_count import people_now, people_soon, stored_audience
from campaigns.admin.builder.sample import sample_of
from campaigns.audience.form import AudienceForm, CountForm
from campaigns.models import Campaign
from contacts.models import Vehicle
from contacts.permissions import may_see_people, shown_text
from messaging.admin.templates import INVENTED, INVENTED_VEHICLE
from messaging.admin.templates.phone import Phone, shown, values_of
from messaging.models import Channel, Template
from messaging.texts.content import TemplateContent
from waproject.core.admin.permissions import PermissionLacking
from waproject.core.text.numbers import number_in

# How many people of an audience the preview goes through.
READERS = 10


class LiveAdmin(admin.ModelAdmin):
    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("count/", wrap(require_POST(self.count_view)), name="campaigns_campaign_count"),
            path(
                "<int:campaign_id>/people/",
                wrap(require_safe(self.people_view)),
                name="campaigns_campaign_people",
            ),
            path(
                "preview/",
                wrap(require_POST(self.preview_view)),
                name="campaigns_campaign_preview",
            ),
            *super().get_urls(),
        ]

    def count_view(self, request):
        """How many people the audience of an unsaved form has, as a fragment of its page."""
        self._require_writing(request)
        form = CountForm(request.POST)
        if not may_see_people(request.user):
            form.keep_people()
        context = self.count_context(request, form)
        return render(request, "admin/campaigns/campaign/counted.html", context)

    def people_view(self, request, campaign_id):
        """How many people the audience of a stored draft has, as a fragment of its page.

        `?line` asks for one line instead of a box.
        """
        self._require_writing(request)
        campaigns = Campaign.objects.select_related("sender")
        campaign = get_object_or_404(campaigns, pk=campaign_id)
        context = people_now(request.user, stored_audience(campaign), campaign.sender.channel)
        name = "people_answer" if "line" in request.GET else "count_answer"
        return render(request, f"admin/campaigns/campaign/{name}.html", context)

    def preview_view(self, request):
        """The message of an unsaved form as one of its people reads it."""
        self._require_writing(request)
        campaign = Campaign.objects.filter(pk=number_in(request.POST.get("campaign"))).first()
        template = _template(request.POST.get("template"))
        text = request.POST.get("message_template", "")
        place = number_in(request.POST.get("reader"))
        given = posted_values(request.POST)
        context = self.preview_context(request, campaign, template, text, place, given)
        names = [one.name for one in context["given"]]
        # Another template asks for other values: their fields come with the message.
        context["has_other_values"] = request.POST.get("values_shown", "").split() != names
        return render(request, "admin/campaigns/campaign/preview.html", context)

    def _require_writing(self, request):
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionLacking(["campaigns.change_campaign"])

    def count_context(self, request, form, *, with_page=False):
        """The size of the audience that a form describes, or what is wrong with it.

        With its page it may come later, unless the person pressed the button that counts.
        """
        asked = not with_page or COUNT_BUTTON in form.data
        if form.is_bound:
            wrong, audience = _audience_errors(form), form.audience
            sender = form.cleaned_data.get("sender")
        else:
            wrong, audience = [], stored_audience(form.instance)
            sender = None
        sender = sender or _sender_of(form)
        count = people_now if asked else people_soon
        channel = sender.channel if sender else ""
        people = count(request.user, audience, channel)
        shows = audience is not None and "count" in people and may_see_people(request.user)
        sample = sample_of(audience, channel) if shows else []
        return {"wrong": wrong, "sample": sample, **people}

    def preview_context(self, request, campaign, template, text, place=0, given=None):
        """The message as one person reads it, with the values that the campaign gives."""
        values = (campaign.template_values if campaign else {}) if given is None else given
        channel = campaign.sender.channel if campaign else Channel.WHATSAPP
        version = template.version_for(channel) if template else None
        content = TemplateContent.of(version) if version else TemplateContent(body=text)
        has_text = bool(content.body.strip())
        phone = _phone(request.user, campaign, content, place, values) if has_text else None
        given_here = given_values(template, channel, values)
        of_campaign = {one.name for one in given_here}
        missing = phone.missing if phone else ()
        return {
            "phone": phone,
            "campaign": campaign,
            "given": given_here,
            "unsaid": [name for name in missing if name in of_campaign],
            "person_lacks": [name for name in missing if name not in of_campaign],
        }


def _sender_of(form: Any) -> Any:
    """The sender of the campaign that a form is about; None while it has none."""
    campaign = getattr(form, "instance", None)
    return campaign.sender if campaign and campaign.sender_id else None


def _audience_errors(form: Any) -> list[str]:
    """What is wrong with the fields of the audience, each sentence with the field's label."""
    errors = [
        f"{form[name].label}: {error}"
        for name in AudienceForm.base_fields
        for error in form.errors.get(name, [])
    ]
    return errors if errors or form.audience else form.non_field_errors()


def _phone(
    user: Any,
    campaign: Campaign | None,
    content: TemplateContent,
    place: int,
    given: Mapping[str, str],
) -> Phone:
    """The message as the person at this place of the audience reads it."""
    people = _people(user, campaign, place)
    if not people:
        values = values_of(content, INVENTED, INVENTED_VEHICLE, given).variables
        return shown(content, values, INVENTED.name, is_invented=True)
    person = people[0]
    vehicle = Vehicle.objects.filter(pk=person.vehicle_id).first()
    values = values_of(content, person, vehicle, given).variables
    readable = {name: shown_text(value) for name, value in values.items()}
    has_next = len(people) > 1
    return shown(content, readable, person.name or str(person), reader=place, has_next=has_next)


def _people(user: Any, campaign: Campaign | None, place: int) -> list[Any]:
    """The person at this place of the audience and the next one, for who may see people."""
    audience = stored_audience(campaign) if campaign and may_see_people(user) else None
    if audience is None or not 0 <= place < READERS:
        return []
    return list(audience.matches()[place : min(place + 2, READERS)])


def _template(chosen: str | None) -> Template | None:
    return Template.objects.select_related("current", "in_use").filter(pk=number_in(chosen)).first()
