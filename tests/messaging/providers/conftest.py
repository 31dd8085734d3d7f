import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from messaging.models import Account, Sender
from tests.messaging.providers.postino import office, signature

SECRET = "francobollo"


@pytest.fixture
def postino(db, settings) -> Account:
    """An account with a second provider."""
    office.clear()
    settings.PROVIDERS = {
        **settings.PROVIDERS,
        "postino": "tests.messaging.providers.postino.PostinoProvider",
    }
    return Account.objects.create(
        name="Posta",
        provider="postino",
        external_id="cliente-7",
        access_token=SECRET,
        webhook_verify_token="ceralacca",
    )


@pytest.fixture
def postino_sender(postino: Account) -> Sender:
    return Sender.objects.create(
        name="Posta", account=postino, channel="whatsapp", address="+56229999999"
    )


@pytest.fixture
def deliver(client: Client) -> Callable[..., Any]:
    """Post a letter to a webhook as Postino does."""

    def send(path: str, secret: str = SECRET, **letter: Any) -> Any:
        body = json.dumps({"cliente": "cliente-7", **letter}).encode()
        headers = {"X-Postino": signature(body, secret)}
        return client.post(path, body, content_type="application/json", headers=headers)

    return send
