import json
from urllib.parse import parse_qsl

import pytest

from messaging.twilio.clients import JSON, AsyncHttp, form_encoded
from tests.twilio_api import Exchange

CONTENT, API = "https://content.twilio.com", "https://api.twilio.com"


@pytest.fixture
def exchanges(monkeypatch, settings):
    """The requests of the real client with their answers, as they would go to Twilio."""
    seen = []
    ask = AsyncHttp.request

    async def request(self, method, uri, params=None, data=None, headers=None, **options):
        response = await ask(self, method, uri, params, data, headers, **options)
        is_json = (headers or {}).get("Content-Type") == JSON
        form = None if is_json or not data else dict(parse_qsl(form_encoded(data).decode()))
        seen.append(
            Exchange(
                method,
                uri.replace(settings.TWILIO_CONTENT_BASE_URL, CONTENT),
                dict(params or {}),
                json.loads(json.dumps(data)) if is_json else form,
                response.status_code,
                response.text,
            )
        )
        return response

    monkeypatch.setattr(AsyncHttp, "request", request)
    return seen
