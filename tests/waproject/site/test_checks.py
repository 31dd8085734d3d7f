"""The system checks refuse settings that would lose or repeat work."""

from copy import deepcopy

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from waproject.core.admin.navigation import Place, listed
from waproject.site.checks import (
    REGISTERED,
    check_database_is_of_this_edition,
    check_encryption_keys,
    check_job_settings,
    check_navigation,
    check_person_page,
    check_providers,
    check_registered_functions,
    check_sending_times,
    check_simulated_account,
)

LOST = Place("lost", (listed("contacts.nothing", "Nothing"),))


@pytest.fixture
def queue(settings) -> dict:
    settings.Q_CLUSTER = deepcopy(settings.Q_CLUSTER)
    return settings.Q_CLUSTER


@pytest.fixture
def nothing_registered(settings) -> None:
    for name in REGISTERED:
        setattr(settings, name, [])


def messages(errors) -> list[str]:
    return [error.msg for error in errors]


def test_the_project_s_own_settings_pass():
    assert check_job_settings(None) + check_sending_times(None) == []


def test_every_registered_function_exists():
    assert check_registered_functions(None) == []


def test_a_name_that_cannot_be_imported_is_refused(settings, nothing_registered):
    settings.STATUS_LISTENERS = ["nowhere.listen"]

    assert messages(check_registered_functions(None)) == [
        "STATUS_LISTENERS names nowhere.listen: No module named 'nowhere'"
    ]


def test_a_name_of_something_else_than_a_function_is_refused(settings, nothing_registered):
    settings.TICK_TASKS = ["waproject.workers.tick.SCHEDULE_NAME"]

    assert messages(check_registered_functions(None)) == [
        "TICK_TASKS: waproject.workers.tick.SCHEDULE_NAME is no function."
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            {"ack_failures": False},
            "ack_failures must be True, or a failing job is repeated for ever.",
        ),
        ({"max_attempts": 0}, "max_attempts must be set."),
        ({"bulk": 2}, "bulk must be 1: a prefetched job can outlive its receipt."),
        (
            {"queue_limit": 8},
            "queue_limit must equal workers: waiting in memory counts towards retry.",
        ),
        ({"retry": 100}, "retry must be at least 3 x timeout + 60 seconds."),
        ({"catch_up": True}, "catch_up must be False: missed schedules must not fire in a burst."),
        ({"save_limit": 0}, "save_limit must be between 1 and 10000."),
    ],
)
def test_unsafe_job_settings_are_refused(queue, change, problem):
    queue.update(change)

    assert messages(check_job_settings(None))[0] == f"Q_CLUSTER (waproject): {problem}"


def test_each_further_cluster_is_judged_with_its_own_times(queue):
    queue["ALT_CLUSTERS"]["long"]["timeout"] = 5_000

    assert messages(check_job_settings(None)) == [
        "Q_CLUSTER (long): retry must be at least 3 x timeout + 60 seconds."
    ]


def test_a_lease_shorter_than_a_request_is_refused(settings):
    settings.SENDING_LEASE_SECONDS = settings.TWILIO_TIMEOUT_SECONDS

    assert [error.id for error in check_sending_times(None)] == ["waproject.E003"]


def test_the_simulator_s_account_is_refused_on_a_public_site(settings):
    settings.TWILIO_ACCOUNT_SID = settings.TWILIO_SIMULATOR_ACCOUNT

    assert [error.id for error in check_simulated_account(None)] == ["waproject.E004"]


@pytest.mark.parametrize("account_sid", ["", "AC" + "1" * 32])
def test_another_account_is_accepted_on_a_public_site(settings, account_sid):
    settings.TWILIO_ACCOUNT_SID = account_sid

    assert check_simulated_account(None) == []


@pytest.mark.django_db
def test_migrate_says_what_to_do_with_a_database_of_an_earlier_edition():
    MigrationRecorder(connection).record_applied("optouts", "0002_phrases")

    with pytest.raises(SystemCheckError, match="made by an earlier edition"):
        call_command("migrate", verbosity=0, skip_checks=False)


@pytest.mark.django_db
def test_a_database_with_users_but_without_accounts_is_of_an_earlier_edition():
    MigrationRecorder(connection).record_unapplied("accounts", "0001_initial")

    found = check_database_is_of_this_edition(None, databases=["default"])

    assert [error.id for error in found] == ["waproject.E014"]


@pytest.mark.django_db
def test_a_new_database_is_of_this_edition():
    assert check_database_is_of_this_edition(None, databases=["default"]) == []


@pytest.mark.parametrize(("keys", "errors"), [([], ["waproject.E005"]), (["a key"], [])])
def test_a_public_site_without_a_key_for_credentials_is_refused(settings, keys, errors):
    settings.FIELD_ENCRYPTION_KEYS = keys

    assert [error.id for error in check_encryption_keys(None)] == errors


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("nowhere.Provider", "PROVIDERS names nowhere.Provider: No module named 'nowhere'"),
        ("builtins.dict", "PROVIDERS: builtins.dict is no Provider."),
    ],
)
def test_what_is_no_provider_is_refused(settings, path, problem):
    settings.PROVIDERS = {**settings.PROVIDERS, "other": path}

    assert messages(check_providers(None)) == [problem]


def test_the_providers_of_the_project_are_complete():
    assert check_providers(None) == []


def test_the_places_of_the_navigation_are_there():
    assert check_navigation(None) == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("nowhere.PLACE", "No module named 'nowhere'"),
        ("waproject.workers.tick.SCHEDULE_NAME", "'str' object has no attribute 'entries'"),
        (f"{__name__}.LOST", "App 'contacts' doesn't have a 'nothing' model."),
    ],
)
def test_a_place_that_is_none_is_refused(settings, path, why):
    settings.NAVIGATION = [path]

    assert messages(check_navigation(None)) == [f"NAVIGATION names {path}: {why}"]


def test_the_parts_of_the_page_of_a_person_are_there():
    assert check_person_page(None) == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("nowhere.PART", "PERSON_PAGE names nowhere.PART: No module named 'nowhere'"),
        ("builtins.dict", "PERSON_PAGE: builtins.dict is no Part."),
    ],
)
def test_a_part_that_is_none_is_refused(settings, path, why):
    settings.PERSON_PAGE = [path]

    assert messages(check_person_page(None)) == [why]
