"""Conventions of the project as Django system checks."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string

from contacts.person.parts import Part
from messaging.providers import registry
from messaging.providers.base import Provider
from waproject.tenants.checks import is_ours

REGISTERED = (
    "NEW_TENANT_STEPS",
    "INBOUND_HANDLERS",
    "STATUS_LISTENERS",
    "TEMPLATE_LISTENERS",
    "CLOSING_LISTENERS",
    "RIGHTS_LISTENERS",
    "CONTACT_MERGERS",
    "PERSON_COLLECTORS",
    "PERSON_ERASERS",
    "INTEGRITY_CHECKS",
    "PROMPT_TASKS",
    "WAITING_JOBS",
    "JOB_KINDS",
    "EXPORT_SOURCES",
    "TICK_TASKS",
    "AUDITED_ACTIONS",
    "ACT_RECORDERS",
    "SECRET_ROTATORS",
    "SEARCHES",
    "PEOPLE_OFFERS",
)


@register()
def check_registered_functions(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Every function that a setting names can be imported and called."""
    errors: list[CheckMessage] = []
    for setting in REGISTERED:
        registered = getattr(settings, setting)
        for name in registered.values() if isinstance(registered, dict) else registered:
            try:
                found = import_string(name)
            except ImportError as error:
                errors.append(Error(f"{setting} names {name}: {error}", id="waproject.E001"))
                continue
            if not callable(found):
                errors.append(Error(f"{setting}: {name} is no function.", id="waproject.E001"))
    return errors


@register()
def check_navigation(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every place that NAVIGATION names is one, and its lists are of models that there are."""
    errors: list[CheckMessage] = []
    for path in settings.NAVIGATION:
        try:
            found = import_string(path)
            for link in (link for entry in found.entries for link in entry.links if link.model):
                apps.get_model(link.model)
        except (ImportError, AttributeError, LookupError, ValueError) as error:
            errors.append(Error(f"NAVIGATION names {path}: {error}", id="waproject.E007"))
    return errors


@register()
def check_person_page(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every part that PERSON_PAGE names is one."""
    errors: list[CheckMessage] = []
    for path in settings.PERSON_PAGE:
        try:
            is_part = isinstance(import_string(path), Part)
        except ImportError as error:
            errors.append(Error(f"PERSON_PAGE names {path}: {error}", id="waproject.E008"))
            continue
        if not is_part:
            errors.append(Error(f"PERSON_PAGE: {path} is no Part.", id="waproject.E008"))
    return errors


@register()
def check_job_settings(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """The queue's settings keep a job from running twice, for ever, or not at all."""
    base = settings.Q_CLUSTER
    clusters = {base["name"]: base}
    for name, changes in base.get("ALT_CLUSTERS", {}).items():
        clusters[name] = {**base, **changes}
    return [
        Error(f"Q_CLUSTER ({name}): {problem}", id="waproject.E002")
        for name, cluster in clusters.items()
        for problem in _job_setting_problems(cluster)
    ]


@register()
def check_sending_times(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A claim outlasts the request it was made for, or its message could be sent by two workers."""
    if settings.SENDING_LEASE_SECONDS > settings.TWILIO_TIMEOUT_SECONDS:
        return []
    return [
        Error(
            "SENDING_LEASE_SECONDS must be more than TWILIO_TIMEOUT_SECONDS:"
            " a claim may not end while its request is still under way.",
            id="waproject.E003",
        )
    ]


@register(Tags.database)
def check_database_is_of_this_edition(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The migrations began afresh once: a database from before cannot be migrated any further."""
    return [
        Error(
            "This database was made by an earlier edition, whose tables cannot be brought along.",
            hint=(
                "Export contacts and opt-outs with the edition that made it, let DATABASE_URL name"
                " a new database, run manage.py migrate there, and import them."
            ),
            id="waproject.E014",
        )
        for alias in databases or ()
        if _is_of_earlier_edition(alias)
    ]


def _is_of_earlier_edition(alias: str) -> bool:
    """Whether migrations were applied that are none of ours any more, or users without accounts."""
    loader = MigrationLoader(connections[alias])
    applied = set(loader.applied_migrations or ())
    ours = {config.label for config in apps.get_app_configs() if is_ours(config)}
    gone = {key for key in applied if key[0] in ours} - set(loader.disk_migrations or ())
    has_users = ("admin", "0001_initial") in applied
    return bool(gone) or (has_users and ("accounts", "0001_initial") not in applied)


@register(deploy=True)
def check_simulated_account(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """The simulator's account has a public token, so anyone could sign its webhooks."""
    if settings.TWILIO_ACCOUNT_SID != settings.TWILIO_SIMULATOR_ACCOUNT:
        return []
    return [
        Error(
            "TWILIO_ACCOUNT_SID is the simulator's: on a public site anyone could forge messages.",
            hint="Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN to your own, or to nothing.",
            id="waproject.E004",
        )
    ]


@register(deploy=True)
def check_encryption_keys(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """There is a key with which the credentials of accounts can be stored."""
    if settings.FIELD_ENCRYPTION_KEYS:
        return []
    return [
        Error(
            "FIELD_ENCRYPTION_KEYS is not set: no credentials of an account can be stored.",
            hint="Put a key of “manage.py rotate_keys --new” into the environment or .env.",
            id="waproject.E005",
        )
    ]


@register()
def check_providers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every provider that PROVIDERS names has all that the project asks of one."""
    errors: list[CheckMessage] = []
    for name, path in settings.PROVIDERS.items():
        try:
            complete = isinstance(registry.provider(name), Provider)
        except ImportError as error:
            errors.append(Error(f"PROVIDERS names {path}: {error}", id="waproject.E006"))
            continue
        if not complete:
            errors.append(Error(f"PROVIDERS: {path} is no Provider.", id="waproject.E006"))
    return errors


def _job_setting_problems(cluster: dict[str, Any]) -> list[str]:
    rules = {
        "ack_failures must be True, or a failing job is repeated for ever.": cluster.get(
            "ack_failures"
        )
        is True,
        "max_attempts must be set.": bool(cluster.get("max_attempts")),
        "bulk must be 1: a prefetched job can outlive its receipt.": cluster.get("bulk") == 1,
        "queue_limit must equal workers: waiting in memory counts towards retry.": cluster.get(
            "queue_limit"
        )
        == cluster.get("workers"),
        "retry must be at least 3 x timeout + 60 seconds.": cluster.get("retry", 0)
        >= 3 * cluster.get("timeout", 0) + 60,
        "catch_up must be False: missed schedules must not fire in a burst.": cluster.get(
            "catch_up"
        )
        is False,
        "save_limit must be between 1 and 10000.": 1 <= cluster.get("save_limit", 0) <= 10_000,
    }
    return [problem for problem, holds in rules.items() if not holds]
