"""The templates that a campaign may choose, each with its text and its state."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from campaigns.admin.builder.forms import may_send
from messaging.approvals.pages import standing
from messaging.models import Category, Channel, Sender, Template
from messaging.pricing.actions import SEE_PRICES
from messaging.pricing.estimates import billed_categories, charge_of, prices_at_home
from messaging.pricing.states import Charge


@dataclass(frozen=True)
class TemplateChoice:
    """A template as one choice of a form; `is_open` is False where the sender cannot send it.

    `status` and `tone` are those of its chip. `price` is what a message costs in the business's
    country, "" where that is not known or told.
    """

    template: Template
    text: str
    category: str
    price: str
    status: str
    tone: str
    is_chosen: bool
    is_open: bool


def template_choices(field: Any, sender: Sender, user: Any) -> list[TemplateChoice]:
    """Those that can be sent first, then by name; with prices for a user who may see them.

    Three queries besides those of the templates, whatever their number.
    """
    found = list(_choices(field, sender, user))
    return sorted(found, key=lambda one: (not one.is_open, one.template.name))


def _choices(field: Any, sender: Sender, user: Any) -> Iterator[TemplateChoice]:
    chosen = str(field.value())
    prices = prices_at_home(Charge) if user.has_perm(SEE_PRICES) else {}
    templates = list(field.field.queryset)
    versions = [one.version_for(sender.channel) for one in templates]
    categories = billed_categories([one for one in versions if one])
    for template, version in zip(templates, versions, strict=True):
        is_chosen = str(template.pk) == chosen
        category = categories[version.pk] if version else template.category
        yield TemplateChoice(
            template,
            version.body if version else "",
            str(Category(category).label) if sender.channel == Channel.WHATSAPP else "",
            prices.get(charge_of(sender.channel, category).value, ""),
            *standing(template),
            is_chosen,
            is_chosen or may_send(template, sender),
        )
