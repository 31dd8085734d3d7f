import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from waproject.audit.origins import current_origin
from waproject.site.origins import program_in_short, say_origin

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"


def test_operations_of_a_request_come_from_its_address():
    seen = []

    def answer(request):
        seen.append(current_origin())
        return HttpResponse()

    say_origin(answer)(RequestFactory().get("/", REMOTE_ADDR="192.0.2.7"))

    assert (seen, current_origin()) == (["web 192.0.2.7"], "")


@pytest.mark.parametrize(
    ("user_agent", "short"),
    [
        (f"{WINDOWS} Gecko/20100101 Firefox/128.0", "Firefox 128 Windows"),
        (f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36", "Chrome 126 Windows"),
        (f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.68", "Edge 126 Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari 17 iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile",
            "Chrome 126 Android",
        ),
        ("curl/8.5.0", ""),
        ("", ""),
        ("Firefox/" + "9" * 100_000, "Firefox 9999"),
    ],
)
def test_program_is_said_in_short(user_agent, short):
    assert program_in_short(user_agent) == short


def test_operations_of_a_browser_name_it():
    seen = []
    agent = f"{WINDOWS} Gecko/20100101 Firefox/128.0"

    def answer(request):
        seen.append(current_origin())
        return HttpResponse()

    say_origin(answer)(RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT=agent))

    assert seen == ["web 192.0.2.7 Firefox 128 Windows"]
