"""What a browser may do with our pages, and the cookies that it keeps."""

import runpy

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from waproject.site.headers import CONTENT_POLICY, HEADERS, say_policies


def answer(status: int = 200, **headers: str) -> HttpResponse:
    """A response as it leaves the middleware."""
    response = HttpResponse("x", status=status, headers=headers)
    return say_policies(lambda request: response)(RequestFactory().get("/"))


@pytest.fixture
def settings_over_https(monkeypatch) -> dict:
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://example.com")
    return runpy.run_path(str(settings.BASE_DIR / "waproject" / "settings.py"))


@pytest.mark.parametrize("path", ["/accounts/login/", "/nowhere/", "/health/"])
def test_every_kind_of_response_says_the_policies(client, db, path):
    response = client.get(path)

    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_files_of_scripts_and_styles_say_them_too():
    """Whichever middleware serves them, it is further inside."""
    assert settings.MIDDLEWARE[0] == "waproject.site.headers.say_policies"


def test_nothing_within_a_page_and_nothing_from_elsewhere_is_run():
    sources = {source for allowed in CONTENT_POLICY.values() for source in allowed}

    assert sources == {"'self'", "'none'"}
    assert CONTENT_POLICY["default-src"] == ("'none'",)


@pytest.mark.parametrize(("debug", "has_policy"), [(False, True), (True, False)])
def test_only_django_s_pages_about_errors_go_without(settings, debug, has_policy):
    settings.DEBUG = debug

    assert ("Content-Security-Policy" in answer(500).headers) == has_policy
    assert "Content-Security-Policy" in answer(200).headers


def test_cookies_over_https_go_to_this_host_alone(settings_over_https):
    said = {
        name: value
        for name, value in settings_over_https.items()
        if name.startswith(("SESSION_COOKIE", "CSRF_COOKIE")) and name != "SESSION_COOKIE_AGE"
    }

    assert said == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
    }


def test_no_script_reads_a_cookie_and_no_other_site_sends_one(client, superuser):
    form = {"login": "jefa", "password": "secreta"}
    client.get("/accounts/login/")
    client.post("/accounts/login/", form)

    assert {
        name: (cookie["httponly"], cookie["samesite"]) for name, cookie in client.cookies.items()
    } == {"csrftoken": (True, "Lax"), "sessionid": (True, "Lax")}
