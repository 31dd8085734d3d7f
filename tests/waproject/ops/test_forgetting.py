import os
from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.utils import timezone
from django_q.models import Failure, Success

from waproject.accounts.signin.models import CachedValue
from waproject.ops import forgetting
from waproject.ops.forgetting import forget_of_installation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_mails(settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")


def log_ins(days_ago: int) -> None:
    for kind, more in ((AccessAttempt, {"failures_since_start": 1}), (AccessFailureLog, {})):
        row = kind.objects.create(username=f"x{days_ago}", ip_address="192.0.2.1", **more)
        kind.objects.filter(pk=row.pk).update(
            attempt_time=timezone.now() - timedelta(days=days_ago)
        )


def results(days_ago: int) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    for number, kind in enumerate((Success, Failure)):
        kind.objects.create(
            id=f"{days_ago}-{number}",
            name="x",
            func="f",
            args=("+56975400946",),
            started=at,
            stopped=at,
            success=not number,
        )


def test_log_ins_and_results_go_after_thirty_days():
    for days in (29, 31):
        log_ins(days)
        results(days)

    assert forget_of_installation() == "4 forgotten"
    assert AccessAttempt.objects.get().username == "x29"
    assert AccessFailureLog.objects.get().username == "x29"
    assert (Success.objects.get().pk, Failure.objects.get().pk) == ("29-0", "29-1")


def test_values_of_the_cache_go_when_they_are_over():
    now = timezone.now()
    for key, seconds in (("old", -1), ("new", 60)):
        CachedValue.objects.create(
            cache_key=key, value="x", expires=now + timedelta(seconds=seconds)
        )

    forget_of_installation(now)

    assert CachedValue.objects.get().pk == "new"


def test_one_turn_takes_its_share(monkeypatch):
    monkeypatch.setattr(forgetting, "SHARE", 1)
    results(31)

    assert [forget_of_installation() for _time in range(3)] == [
        "1 forgotten",
        "1 forgotten",
        "0 forgotten",
    ]


def test_mails_in_a_folder_go_after_thirty_days(tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir()
    now = timezone.now()
    for days in (29, 31):
        file = folder / f"{days}.log"
        file.write_text("Para: x@example.com")
        moment = (now - timedelta(days=days)).timestamp()
        os.utime(file, (moment, moment))

    forget_of_installation(now)

    assert [one.name for one in folder.iterdir()] == ["29.log"]
