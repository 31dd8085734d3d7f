"""The places that are about the site as a whole."""

from django.utils.translation import gettext_lazy as _

from waproject.core.admin.navigation import (
    ACCOUNT,
    LOGS,
    SETTINGS,
    Entry,
    Link,
    Place,
    listed,
    logs,
)

HOME = Place(
    "home",
    (Entry("home", _("Home"), (Link(page="admin:index", label=_("Home")),)),),
    _("Home"),
    "home",
    is_on_phone=True,
)
SETTINGS_PLACE = Place(
    SETTINGS, (listed("tenants.tenant", _("Business")),), _("Settings"), "settings"
)
EVENTS = Place(
    SETTINGS,
    (Entry(LOGS, _("Logs"), (Link("audit.event", label=_("Log of operations")),)),),
)
INSTALLATION_LOGS = logs(
    "workers.cluster",
    "django_q.ormq",
    "django_q.schedule",
    "django_q.success",
    "django_q.failure",
    "axes.accessattempt",
)
OWN_ACCOUNT = Place(
    ACCOUNT,
    (
        Entry("jobs", _("Background tasks"), (Link("jobs.job"),)),
        Entry("second_factor", _("Second factor"), (Link(page="mfa_index"),)),
        Entry("sessions", _("Sessions"), (Link(page="usersessions_list"),)),
        Entry(
            "password",
            _("Change password"),
            (Link(page="admin:password_change", is_open=lambda user: user.has_usable_password()),),
        ),
    ),
)
