import asyncio

import pytest

from messaging.providers.base import Accepted, OutboundRequest
from tests.simulation import gateway as open_gateway
from waproject.lab.bench.provider import Connection, request_length
from waproject.lab.ports import free_port

POST = b"POST /x HTTP/1.1\r\nContent-Length: 5\r\n\r\nA=%40"
MESSAGE = OutboundRequest(to="+56975400946", sender_address="+56220000000", body="Hola")


async def send(port: int, count: int) -> list:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", port)
    async with server, open_gateway() as gateway:
        return await asyncio.gather(*(gateway.send(MESSAGE) for _one in range(count)))


def test_the_real_client_takes_its_answers_each_with_a_sid_of_its_own(settings):
    port = free_port()
    settings.TWILIO_API_BASE_URL = f"http://127.0.0.1:{port}"

    results = asyncio.run(send(port, 5))

    assert [type(one) for one in results] == [Accepted] * 5
    assert len({one.sid for one in results}) == 5
    assert {len(one.sid) for one in results} == {34}


@pytest.mark.parametrize(
    ("received", "length"),
    [
        (POST, len(POST)),
        (POST + b"POST", len(POST)),
        (POST[:-1], None),
        (POST[:20], None),
        (b"GET / HTTP/1.1\r\n\r\n", 18),
    ],
)
def test_request_length_waits_for_the_whole_request(received, length):
    assert request_length(received) == length
