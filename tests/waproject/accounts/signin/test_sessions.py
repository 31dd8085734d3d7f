"""When a session ends, and the page of one's own sessions."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.users import as_role, browser_of
from tests.waproject.access import make_rows
from waproject.accounts.models import Role, User
from waproject.accounts.signin import sessions
from waproject.accounts.signin.sessions import end_all, forget_ended_sessions
from waproject.accounts.signin.views import device_of
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db
LOGIN, INDEX, SESSIONS, END = map(
    reverse, ("account_login", "admin:index", "usersessions_list", "sessions-end")
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def enter(**headers: str) -> Client:
    """A browser in which the user has logged in with the password."""
    client = Client(headers=headers)
    client.post(LOGIN, {"login": "vendedor", "password": "secreta"})
    return client


def is_in(client: Client, **headers: str) -> bool:
    return client.get(INDEX, headers=headers).status_code == 200


@pytest.fixture
def now(time_machine):
    """A clock that a test moves on: now(hours=1)."""
    begin = timezone.now()
    time_machine.move_to(begin, tick=False)
    return lambda **later: time_machine.move_to(begin + timedelta(**later), tick=False)


def test_session_that_nobody_used_ends(staff, now):
    client = enter()

    now(hours=7, minutes=59)
    before = is_in(client)
    now(hours=15, minutes=59)

    assert (before, is_in(client)) == (True, False)


def test_session_in_use_goes_on_until_its_last_day(staff, now):
    client = enter()

    stays = []
    for hour in range(6, 169, 6):
        now(hours=hour)
        stays.append(is_in(client))

    assert stays == [True] * 27 + [False]


def test_page_that_is_left_open_keeps_no_session(staff, now):
    client = enter()

    for hour in (3, 6):
        now(hours=hour)
        is_in(client, **{"HX-Request": "true"})
    now(hours=8)

    assert not is_in(client)


def test_person_whose_session_ended_reads_so_and_comes_back_to_the_page(staff, now):
    client, page = enter(), reverse("admin:jobs_job_changelist")
    now(hours=8)

    led = client.get(page)
    part = enter()
    now(hours=16)
    answer = part.get(page, headers={"HX-Request": "true"})

    assert led.headers["Location"] == f"{LOGIN}?next={page}"
    assert "Your session ended" in client.get(led.headers["Location"]).content.decode()
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (403, LOGIN)


def test_being_seen_is_written_down_once_a_minute(staff, now):
    client = enter()
    now(seconds=59)
    is_in(client)
    first = UserSession.objects.get().last_seen_at
    now(seconds=61)
    is_in(client)

    assert UserSession.objects.get().last_seen_at - first == timedelta(seconds=61)


def test_suspension_ends_all_sessions_for_good(staff, superuser):
    client, boss = enter(), browser_of(superuser)
    address = reverse("admin:accounts_user_change", args=[staff.pk])
    role = Role.objects.get(memberships__user=staff).pk
    form = {"username": "vendedor", "user_type": "client", "role": role}

    boss.post(address, {**form, "account_status": "suspended"})
    suspended = is_in(client)
    boss.post(address, {**form, "account_status": "active"})

    assert User.objects.get(pk=staff.pk).is_active
    assert (suspended, is_in(client), UserSession.objects.count()) == (False, False, 0)


@pytest.mark.parametrize("how", ["suspended", "session ended", "goes on"])
def test_download_stops_when_its_user_is_kept_out(staff, rf, monkeypatch, how):
    monkeypatch.setattr(sessions, "LOOKED_AT_EVERY", 0.0)
    request = rf.get("/")
    request.user, request.session = staff, SessionStore()
    request.session.create()
    file = sessions.while_it_lasts(request, iter([b"1", b"2", b"3"]))

    taken = [next(file)]
    if how == "suspended":
        staff.set_status("suspended")
        staff.save()
    elif how == "session ended":
        Session.objects.all().delete()
    with nullcontext() if how == "goes on" else pytest.raises(sessions.SessionEnded):
        taken.extend(file)

    assert taken == ([b"1", b"2", b"3"] if how == "goes on" else [b"1"])


def test_file_of_an_import_stops_when_its_reader_is_suspended(staff):
    job = make_rows()["contacts.importjob"]
    client = browser_of(as_role(staff, "admin"))
    answer = client.get(reverse("admin:contacts_importjob_rejected", args=[job.pk]))

    User.objects.filter(pk=staff.pk).update(account_status="suspended", is_active=False)

    assert answer.status_code == 200
    with pytest.raises(sessions.SessionEnded):
        b"".join(answer.streaming_content)


def test_page_shows_one_s_own_sessions_alone(staff, superuser):
    enter(**{"User-Agent": FIREFOX, "X-Forwarded-For": "198.51.100.7"})
    other = browser_of(superuser)
    client = enter()

    page = client.get(SESSIONS).content.decode()

    assert [text in page for text in ("Firefox, Linux", "198.51.100.7", "this one")] == [True] * 3
    assert "198.51.100.7" not in other.get(SESSIONS).content.decode()


def test_person_ends_one_session(staff):
    lost, client = enter(), enter()
    first = UserSession.objects.order_by("pk").first()

    client.post(END, {"session": first.pk})

    assert (is_in(lost), is_in(client)) == (False, True)
    assert Event.objects.get(action="signin.sessions_ended").after == {"count": 1}


def test_person_stays_in_the_session_they_look_from(staff):
    client = enter()

    client.post(END, {"session": UserSession.objects.get().pk})

    assert is_in(client)


def test_person_ends_all_other_sessions(staff):
    others, client = [enter(), enter()], enter()

    client.post(END, {"session": "others"})

    assert [is_in(one) for one in (*others, client)] == [False, False, True]


@pytest.mark.parametrize("wanted", ["", "x", "9" * 30, "ANOTHER"])
def test_session_of_another_is_not_ended(staff, superuser, wanted):
    mine = enter()
    thief = browser_of(as_role(User.objects.create_user("otra", is_staff=True), "viewer"))

    thief.post(END, {"session": wanted.replace("ANOTHER", str(UserSession.objects.get().pk))})

    assert is_in(mine)


def test_ended_sessions_are_forgotten(staff, now):
    enter()
    now(days=8)
    enter()

    forget_ended_sessions()

    assert (Session.objects.count(), UserSession.objects.count()) == (1, 1)


def test_all_sessions_of_a_user_end_at_once(staff):
    clients = [enter(), enter()]

    assert (end_all(staff), [is_in(one) for one in clients]) == (2, [False, False])


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "–"),
    ],
)
def test_device_is_said_in_a_few_words(agent, words):
    assert device_of(agent) == words


def test_session_that_somebody_planted_is_not_that_of_the_log_in(staff):
    client = Client()
    client.get(LOGIN)
    client.session.save()
    client.cookies["sessionid"] = planted = client.session.session_key or "planted"

    client.post(LOGIN, {"login": "vendedor", "password": "secreta"})

    assert is_in(client)
    assert client.cookies["sessionid"].value != planted


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_log_in_leads_to_no_other_site(staff, target):
    client = Client()

    led = client.get(reverse("admin:login"), {"next": target})
    answer = client.post(
        led.headers["Location"], {"login": "vendedor", "password": "secreta", "next": target}
    )

    assert answer.headers["Location"] == INDEX
