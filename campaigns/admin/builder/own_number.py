"""The test of a draft's message on one's own phone, with the values of one of its people."""

from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.admin.builder.steps import review_url
from campaigns.audience.filters import Audience
from campaigns.audience.values import AudienceError
from campaigns.launch.people import Addressee, addressees
from campaigns.launch.texts import version_of
from campaigns.models import Campaign
from campaigns.operations import STARTABLE
from contacts.permissions import SEE_PEOPLE, may_see_people
from messaging.actions import TestSendAction
from messaging.testsends.pages import sent_in_words
from messaging.testsends.sending import CannotTest, Outgoing, send_test
from waproject.core.admin.permissions import require
from waproject.core.text.numbers import number_in


class OwnNumberAdmin(admin.ModelAdmin):
    """Needs `campaign` of the pages of decisions."""

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.own_number_view))
        urls = super().get_urls()
        return [path("<int:campaign_id>/test/", view, name="campaigns_campaign_test"), *urls]

    def own_number_view(self, request, campaign_id):
        """Send what one person of the audience would read to a number of the user's own."""
        campaign = self.campaign(campaign_id)
        seeing = "campaigns.view_campaign"
        require(request.user, TestSendAction.SEND.permission, seeing, SEE_PEOPLE)
        if campaign.status not in STARTABLE:
            return redirect("admin:campaigns_campaign_change", campaign.pk)
        say = partial(messages.error, request)
        try:
            outgoing = _outgoing(campaign, request.POST.get("contact", ""))
            sender, phone = campaign.sender, request.POST.get("phone", "")
            number = send_test(outgoing, sender=sender, phone=phone, by=request.user)
        except CannotTest as refusal:
            say(str(refusal))
        else:
            messages.success(request, sent_in_words(number))
        return redirect(review_url(campaign))


def may_test(user: Any) -> bool:
    """Whether this user may send a test with the values of a person."""
    return bool(user.has_perm(TestSendAction.SEND.permission) and may_see_people(user))


def _outgoing(campaign: Campaign, contact_id: str) -> Outgoing:
    """What this person of the audience would read. Raises CannotTest."""
    chosen = number_in(contact_id)
    one = _addressee(campaign, chosen) if chosen else None
    if one is None:
        raise CannotTest(_("This person is not in the audience any more. Choose another."))
    if reason := one.hindrance if one.rendered.missing or one.too_long else None:
        raise CannotTest(
            _("This person would not get the message: %(reason)s.") % {"reason": reason}
        )
    return Outgoing(one.rendered.text, version_of(campaign), one.rendered.variables)


def _addressee(campaign: Campaign, contact_id: int) -> Addressee | None:
    try:
        audience = replace(Audience.from_json(campaign.audience), contact_ids=[contact_id])
    except AudienceError:
        return None
    found = [one for people in addressees(campaign, audience) for one in people]
    return found[0] if found else None
