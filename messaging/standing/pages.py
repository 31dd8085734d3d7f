"""What the pages of senders and accounts show of the provider, and what they ask it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from messaging.models import Account, Sender
from messaging.providers.base import (
    NotConfigured,
    ProviderUnavailable,
    RemoteSender,
    RemoteSenders,
)
from messaging.standing.connecting import connect
from messaging.standing.metrics import MOST, metrics_of, use_of
from messaging.standing.syncing import ask, sync
from messaging.standing.webhooks import check_webhook
from waproject.core.admin import chips
from waproject.core.admin.permissions import require

CHANGES_SHOWN = 20
QUALITY_TONES = {"green": chips.GOOD, "yellow": chips.WARN, "red": chips.BAD}


class StandingPages:
    """Adds to the admin of senders what the provider says, and the button that asks it."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.ask_view))  # type: ignore[attr-defined]
        return [
            path("<int:pk>/ask/", view, name="messaging_sender_ask"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def ask_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the provider about the sender, now."""
        require(request.user, "messaging.change_sender")
        sender = get_object_or_404(Sender.objects.select_related("account"), pk=pk)
        if sync(sender.account):
            messages.success(request, _("The provider answered."))
        else:
            messages.warning(request, _("The provider did not answer."))
        return redirect("admin:messaging_sender_change", sender.pk)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        sender = kwargs.get("obj")
        if sender is not None and sender.pk:
            context.update(standing_of(sender))
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]


def standing_of(sender: Sender) -> dict[str, Any]:
    """What the page of a sender shows besides its form. Nine queries."""
    standing = getattr(sender, "standing", None)
    return {
        "standing": standing,
        "quality_tone": QUALITY_TONES.get(sender.quality, ""),
        "use": use_of(sender),
        "metrics": metrics_of(sender),
        "counted_to": MOST,
        "webhook": check_webhook(sender, standing) if standing and not standing.gone_at else None,
        "changes": sender.changes.all()[:CHANGES_SHOWN],
    }


@dataclass(frozen=True)
class Choice:
    """A number of the account; `sender` is the one that it is already, None when it is none."""

    remote: RemoteSender
    sender: Sender | None
    tone: str


class ConnectPages:
    """Adds to the admin of accounts the page that lists an account's numbers to choose from."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.connect_view)  # type: ignore[attr-defined]
        return [
            path("<int:pk>/numbers/", view, name="messaging_account_numbers"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def connect_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List the numbers (GET); take the chosen ones into use (POST)."""
        require(request.user, "messaging.view_account", "messaging.add_sender")
        account = get_object_or_404(Account, pk=pk)
        try:
            found, problem = ask(account), ""
        except (NotConfigured, ProviderUnavailable) as error:
            found, problem = RemoteSenders(), str(error)
        if request.method == "POST" and not problem:
            return self._connect(request, account, found)
        ours = {(one.channel, one.address): one for one in Sender.objects.all()}
        return TemplateResponse(
            request,
            "admin/messaging/account/numbers.html",
            {
                **self.admin_site.each_context(request),  # type: ignore[attr-defined]
                "title": _("Numbers of the account"),
                "account": account,
                "problem": problem,
                "services": found.services,
                "choices": [
                    Choice(
                        one,
                        ours.get((one.channel, one.address)),
                        QUALITY_TONES.get(one.quality, ""),
                    )
                    for one in found.senders
                ],
                "opts": Account._meta,
            },
        )

    def _connect(
        self, request: HttpRequest, account: Account, found: RemoteSenders
    ) -> HttpResponse:
        known = {one.external_id for one in found.services}
        service = request.POST.get("service", "")
        made = connect(
            account,
            found,
            request.POST.getlist("number"),
            service=service if service in known else "",
            by=request.user,  # type: ignore[arg-type]
        )
        sentence = ngettext(
            "%(count)d number was taken into use.",
            "%(count)d numbers were taken into use.",
            len(made),
        )
        messages.success(request, sentence % {"count": len(made)})
        if len(made) == 1:
            return redirect("admin:messaging_sender_change", made[0].pk)
        return redirect(reverse("admin:messaging_sender_changelist"))
