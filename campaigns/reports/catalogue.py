"""Every report by its name, and what may be asked of it."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.reports.access import access
from campaigns.reports.answer_times import answer_times, answer_times_by_user
from campaigns.reports.campaign_results import campaign_results
from campaigns.reports.columns import Column, columns_of
from campaigns.reports.daily_activity import daily_activity, days_soon
from campaigns.reports.leads_by_model import leads_by_model
from campaigns.reports.opt_outs import opt_outs, opt_outs_by_chunks
from campaigns.reports.responders import responders
from campaigns.reports.template_usage import template_usage
from contacts.permissions import SEE_PEOPLE

MAX_DAYS = 3_650
# Lists, row by row; and figures and charts, which name nobody.
VIEW_REPORTS = "campaigns.view_reports"
VIEW_ANALYTICS = "campaigns.view_analytics"


class CannotReport(Exception):
    """The report cannot be given as asked; the text is a sentence for the person who asked."""


@dataclass(frozen=True)
class Report:
    """A report's name, its words for people, and the function that gives its rows.

    The keyword arguments of `function` are the options that the report takes, their defaults
    included.
    """

    name: str
    title: Promise
    description: Promise
    function: Callable[..., Sequence[Any]]
    # What a reader needs: to see the rows, and besides to take them along as a file.
    permissions: tuple[str, ...]
    export_permissions: tuple[str, ...] = ()
    # The number of rows and the rows themselves, by chunks: for a report that may be very long.
    by_chunks: Callable[..., tuple[int, Iterator[Any]]] | None = None
    # How many of the days that were asked for a page can show soon; the files have them all.
    days_soon: Callable[..., int] | None = None

    @property
    def all_permissions(self) -> list[str]:
        """The permissions that a user needs to download the report as a file."""
        return [*self.permissions, *self.export_permissions]

    def may_be_seen_by(self, user: Any) -> bool:
        return bool(user.has_perms(self.permissions))

    def may_be_exported_by(self, user: Any) -> bool:
        return bool(user.has_perms(self.all_permissions))

    @property
    def defaults(self) -> dict[str, Any]:
        """The options that the report takes, each with its default."""
        parameters = inspect.signature(self.function).parameters.values()
        return {parameter.name: parameter.default for parameter in parameters}

    @property
    def columns(self) -> list[Column]:
        (row_type,) = get_args(get_type_hints(self.function)["return"])
        return columns_of(row_type)

    def columns_for(self, user: Any | None) -> list[Column]:
        """The columns that a user may see; all for the operator at the command line, who is None.

        Costs, say, are not for everybody who may see the other figures of a row.
        """
        return [
            column
            for column in self.columns
            if user is None or not column.permission or user.has_perm(column.permission)
        ]

    def rows(self, **options: Any) -> Sequence[Any]:
        """The report's rows. An option that is None takes its default.

        Raises CannotReport for an option that the report does not take, for a number out of
        range and for a campaign that does not exist.
        """
        given = {name: value for name, value in options.items() if value is not None}
        for name in given.keys() - self.defaults.keys():
            raise CannotReport(
                gettext("The report %(report)s takes no %(option)s; it takes: %(options)s.")
                % {
                    "report": self.name,
                    "option": option_word(name),
                    "options": ", ".join(map(option_word, self.defaults)),
                }
            )
        _check_numbers(given)
        return self.function(**given)

    def days_on_a_page(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What was asked, with no more days than can be counted while somebody waits."""
        return {**asked, "days": self.days_soon(**asked)} if self.days_soon else asked

    def all_rows(self, **options: Any) -> tuple[int, Iterable[Any]]:
        """How many rows there are, and the rows, in little memory where the report may be long."""
        if self.by_chunks is not None:
            return self.by_chunks(**options)
        rows = self.rows(**options)
        return len(rows), rows


def option_word(name: str) -> str:
    """The name of an option as a person types it: `--campaign` for campaign_id."""
    return "--" + name.removesuffix("_id")


def _check_numbers(given: dict[str, Any]) -> None:
    if not 0 <= given.get("days", 0) <= MAX_DAYS:
        raise CannotReport(
            gettext("The days must be between 0 (today) and %(most)s.") % {"most": MAX_DAYS}
        )
    if given.get("limit", 1) < 1:
        raise CannotReport(gettext("The limit must be 1 or more."))
    campaign_id = given.get("campaign_id")
    if campaign_id is not None and not Campaign.objects.filter(pk=campaign_id).exists():
        raise CannotReport(
            gettext("There is no campaign %(id)s. The report campaign_results lists them.")
            % {"id": campaign_id}
        )


REPORTS = {
    report.name: report
    for report in (
        Report(
            "campaign_results",
            _("Campaign results"),
            _(
                "How many people of each campaign were reached, read and replied."
                " Percentages are of those sent."
            ),
            campaign_results,
            permissions=(VIEW_ANALYTICS,),
        ),
        Report(
            "responders",
            _("People who replied"),
            _("Active contacts who wrote lately, with their vehicles; the busiest first."),
            responders,
            permissions=(VIEW_REPORTS, SEE_PEOPLE),
            export_permissions=("contacts.export_contact",),
        ),
        Report(
            "opt_outs",
            _("Opt-outs"),
            _("Everyone who asked not to be written to, the latest first."),
            opt_outs,
            permissions=(VIEW_REPORTS, SEE_PEOPLE),
            export_permissions=("optouts.export_optout",),
            by_chunks=opt_outs_by_chunks,
        ),
        Report(
            "leads_by_model",
            _("Vehicles by make and model"),
            _("Vehicles of active contacts that came in lately, by make and model."),
            leads_by_model,
            permissions=(VIEW_ANALYTICS,),
        ),
        Report(
            "template_usage",
            _("Use of templates"),
            _("Where and how often each version of a template was sent, and what became of it."),
            template_usage,
            permissions=(VIEW_ANALYTICS,),
        ),
        Report(
            "daily_activity",
            _("Daily activity"),
            _(
                "What was sent on each day and what became of it, beside what was received."
                " Percentages are of those sent."
            ),
            daily_activity,
            permissions=(VIEW_ANALYTICS,),
            days_soon=days_soon,
        ),
        Report(
            "answer_times",
            _("Times to an answer"),
            _(
                "How long people waited for the first answer and for the resolution, by the day on"
                " which they wrote. Only open hours of the business count."
            ),
            answer_times,
            permissions=(VIEW_ANALYTICS,),
        ),
        Report(
            "answer_times_by_user",
            _("Times to an answer by user"),
            _("How fast each user gave first answers and resolved conversations."),
            answer_times_by_user,
            permissions=(VIEW_REPORTS,),
        ),
        Report(
            "access",
            _("Access of users"),
            _(
                "Who may enter this business and with which role; their last log-in, second"
                " factor, open sessions, and the attempts that failed lately."
            ),
            access,
            permissions=(VIEW_REPORTS, "accounts.view_user", "audit.view_event"),
            export_permissions=("audit.export_event",),
        ),
    )
}


def reports_for(user: Any) -> list[Report]:
    """The reports that this user may see."""
    return [report for report in REPORTS.values() if report.may_be_seen_by(user)]


def find(name: str) -> Report:
    """The report of that name. Raises CannotReport, listing the names there are."""
    try:
        return REPORTS[name]
    except KeyError:
        raise CannotReport(
            gettext("There is no report %(name)s. The reports are: %(names)s.")
            % {"name": name, "names": ", ".join(REPORTS)}
        ) from None
