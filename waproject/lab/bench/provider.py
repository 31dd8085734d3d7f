"""A provider that does nothing but answer: `python -m waproject.lab.bench.provider PORT LATENCY`.

It takes every POST and answers after LATENCY seconds as Twilio answers a message that it accepted.
The simulator checks, stores and calls back, and would be the bottleneck of what is measured.
"""

import asyncio
import json
import sys
from itertools import count

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"
ACCOUNT = "AC" + "0" * 32

_sids = count(1)


def _message(sid: str) -> dict[str, object]:
    """Twilio's answer to a message that it has accepted, at its usual length."""
    uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}"
    return {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": "Hola Camila, ¿sigues con tu Toyota Yaris? Responde INFO o BAJA.",
        "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
        "date_sent": None,
        "date_updated": "Thu, 24 Aug 2023 05:01:45 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": "whatsapp:+56226180000",
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": None,
        "sid": sid,
        "status": "queued",
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": "whatsapp:+56970000000",
        "uri": f"{uri}.json",
    }


def _answer_in_parts() -> list[bytes]:
    """The whole answer, cut where the sid stands."""
    mark = "SM" + "?" * 32
    body = json.dumps(_message(mark)).encode()
    head = (
        "HTTP/1.1 201 Created\r\nContent-Type: application/json;charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n"
    )
    return (head.encode() + body).split(mark.encode())


_PARTS = _answer_in_parts()


def answer() -> bytes:
    """The answer to one more message, with a sid that no other has."""
    return (b"SM%032x" % next(_sids)).join(_PARTS)


class Connection(asyncio.Protocol):
    """One connection that is kept alive: each request is answered when its time has come."""

    latency = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  what a TCP server is given
        self.transport = transport
        self.loop = asyncio.get_running_loop()
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (length := request_length(self.received)) is not None:
            self.received = self.received[length:]
            self.loop.call_later(self.latency, self.transport.write, answer())


def request_length(received: bytes) -> int | None:
    """The length of the first request in bytes; None until all of it is there."""
    head = received.find(END_OF_HEAD)
    if head < 0:
        return None
    lines = received[:head].lower().split(b"\r\n")
    body = next((int(line[len(LENGTH) :]) for line in lines if line.startswith(LENGTH)), 0)
    whole = head + len(END_OF_HEAD) + body
    return whole if len(received) >= whole else None


async def serve(port: int, latency: float) -> None:
    Connection.latency = latency
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", port, backlog=1_000)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
