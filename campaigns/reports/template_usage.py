"""How often each version of each template was sent, and what became of it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.models import Campaign
from campaigns.reports.campaign_results import COST, CURRENCY, one_amount
from campaigns.reports.columns import Column
from messaging.approvals.usage import VersionUsage, usage_of
from messaging.models import TemplateVersion
from messaging.pricing.money import Exchanges
from messaging.states import ApprovalStatus


@dataclass(frozen=True)
class TemplateUse:
    """One version that campaigns have sent.

    `sent` to `replied` are cumulative; `opted_out` counts who opted out within a week of the
    message. `cost` is as in the campaign results.
    """

    template_id: Annotated[int, Column(_("id of the template"), detail=True, grouped=False)]
    version_id: Annotated[int, Column(_("id of the version"), detail=True, grouped=False)]
    template: Annotated[str, Column(_("template"))]
    language: Annotated[str, Column(_("language"))]
    version: Annotated[int, Column(_("version"))]
    status: Annotated[ApprovalStatus, Column(_("status"), detail=True)]
    campaigns: Annotated[int, Column(_("campaigns"))]
    last_used: Annotated[dt.datetime | None, Column(_("last used"))]
    sent: Annotated[int, Column(pgettext_lazy("people", "sent"))]
    delivered: Annotated[int, Column(pgettext_lazy("people", "delivered"))]
    read: Annotated[int, Column(pgettext_lazy("people", "read"))]
    replied: Annotated[int, Column(pgettext_lazy("people", "replied"))]
    opted_out: Annotated[int, Column(pgettext_lazy("people", "opted out"))]
    failed: Annotated[int, Column(pgettext_lazy("people", "failed"))]
    cost: Annotated[Decimal | None, COST]
    currency: Annotated[str, CURRENCY]


def template_usage(*, limit: int | None = 50) -> list[TemplateUse]:
    """The versions that campaigns sent, those sent to most people first. A few queries."""
    used = Campaign.objects.filter(template_version__isnull=False).values("template_version")
    rows = TemplateVersion.objects.filter(pk__in=used).select_related("template", "approval")
    versions = {one.pk: one for one in rows}
    exchanges = Exchanges()
    found = [_row(versions[pk], usage, exchanges) for pk, usage in usage_of(versions).items()]
    return sorted(found, key=lambda one: (-one.sent, one.template, -one.version))[:limit]


def _row(version: TemplateVersion, usage: VersionUsage, exchanges: Exchanges) -> TemplateUse:
    cost, currency = one_amount(dict(usage.costs), exchanges)
    return TemplateUse(
        template_id=version.template_id,
        version_id=version.pk,
        template=version.template.name,
        language=version.language,
        version=version.number,
        status=ApprovalStatus(version.approval.status),
        campaigns=usage.count,
        last_used=usage.last_at,
        cost=cost,
        currency=currency,
        **{
            name: getattr(usage, name)
            for name in ("sent", "delivered", "read", "replied", "opted_out", "failed")
        },
    )
