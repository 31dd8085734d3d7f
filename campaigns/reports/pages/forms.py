"""What a reader may ask of a report's page."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.reports.catalogue import MAX_DAYS, Report
from waproject.core.text.numbers import number_in
from waproject.tenants.preferences import preferences

CAMPAIGNS_OFFERED = 200


class ReportForm(forms.Form):
    """The options that the report takes, and no others. An empty field asks for the default."""

    campaign = forms.TypedChoiceField(
        label=_("Campaign"), required=False, coerce=int, empty_value=None
    )
    days = forms.IntegerField(
        label=_("Days back"),
        required=False,
        min_value=0,
        max_value=MAX_DAYS,
        help_text=_("From midnight; 0 is today."),
    )
    limit = forms.IntegerField(label=_("Rows at most"), required=False, min_value=1)
    zone = forms.TypedChoiceField(
        label=_("Days of"), required=False, coerce=ZoneInfo, empty_value=None
    )

    def __init__(self, report: Report, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.defaults = report.defaults
        taken = {name.removesuffix("_id") for name in self.defaults}
        for name in self.fields.keys() - taken:
            del self.fields[name]
        if "campaign" in self.fields:
            self.fields["campaign"].choices = self._campaigns()  # type: ignore[attr-defined]
        if "zone" in self.fields:
            zones = dict.fromkeys([preferences().time_zone, "UTC"])
            self.fields["zone"].choices = [(one, _city(one)) for one in zones]  # type: ignore[attr-defined]
        for name in ("days", "limit"):
            if name in self.fields:
                shown = self.defaults[name]
                self.fields[name].widget.attrs["placeholder"] = "" if shown is None else shown

    def _campaigns(self) -> list[tuple[Any, str]]:
        """The newest campaigns, and the chosen one however old it is."""
        newest = Campaign.objects.order_by("-pk")
        offered = dict(newest.values_list("pk", "name")[:CAMPAIGNS_OFFERED])
        chosen = number_in(self.data.get("campaign"))
        if chosen not in {0, *offered}:
            offered |= dict(newest.filter(pk=chosen).values_list("pk", "name"))
        return [("", gettext("all")), *offered.items()]

    def asked(self) -> dict[str, Any]:
        """Every option that the report takes, as asked for or else its default."""
        given = {name: self.cleaned_data.get(name.removesuffix("_id")) for name in self.defaults}
        return {
            name: self.defaults[name] if value is None else value for name, value in given.items()
        }


def _city(zone: str) -> str:
    """A time zone as people call it: `America/Argentina/Buenos_Aires` is Buenos Aires."""
    return zone.rpartition("/")[2].replace("_", " ")
