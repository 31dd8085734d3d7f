"""What is posted to the webhooks: drawn by a seed, the same for the same seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import quote_plus

from django.utils.datastructures import MultiValueDict

from waproject.lab.bench.webhooks import OUR_NUMBER, phone
from waproject.lab.twilio_simulator.account import ACCOUNT_SID
from waproject.lab.twilio_simulator.webhooks.webhook_client import signature

INBOUND, STATUS = "/twilio/inbound", "/twilio/status"
# Of so many messages one was posted before.
REPEATED = 12
# The bytes of the largest value, and how seldom one as large as that is drawn.
HUGE, SELDOM = 100_000, 150

# What stands in a field that should hold something else; bytes that are no UTF-8 among them.
ODD: Sequence[bytes] = (
    *(b"", b" ", b"\x00", b"a\x00b", b"\xff\xfe", b"\xed\xa0\x80", b"\t\r\n", b"\x1b[31m", b"+"),
    *(
        b"-1",
        b"0",
        b"1e400",
        b"NaN",
        b"inf",
        b"9" * 400,
        b"null",
        b"[]",
        b'{"a": 1}',
        b"%s%(x)s{0}",
    ),
    *(b"whatsapp:", b"whatsapp:+", b"+569", b"+0", b"sms:+56975400946", b"rcs:agent", b"2345"),
    *(b"'; DROP TABLE messages; --", b"<script>alert(1)</script>", b"<Message>x</Message>", b"]]>"),
    *(b"http://[", b"https://x/1", b"text/vcard", b"image/jpeg", b"\\", b"../../etc/passwd"),
    *(
        text.encode()
        for text in (
            "🚗🔥",
            "ñandú",
            "\u202eabc",
            "\u2028",
            "e\u0301" * 50,
            "١٢٣",
            "ＢＡＪＡ",
            "👨‍👩‍👧",
        )
    ),
)
WORDS: Sequence[bytes] = tuple(
    text.encode()
    for text in (
        "Hola",
        "BAJA",
        "baja por favor",
        "INFO",
        "1",
        "2",
        "3",
        "STOP",
        "Gracias 🙏",
        "alta",
    )
)
NAMES = (
    *("From", "To", "Body", "ProfileName", "WaId", "ExternalUserId", "MessageType", "NumMedia"),
    *("MediaUrl0", "MediaContentType0", "MediaUrl1", "MediaUrl99", "MediaUrl100", "NumSegments"),
    *("Latitude", "Longitude", "Address", "Label", "ButtonText", "ButtonPayload", "ListId"),
    *("ListTitle", "OriginalRepliedMessageSid", "OriginalRepliedMessageSender", "Forwarded"),
    *("ReferralBody", "ReferralSourceUrl", "OptOutType", "ChannelMetadata", "FromCity", "FromZip"),
    *("MessageStatus", "SmsStatus", "ErrorCode", "ErrorMessage", "ApiVersion", "EventType"),
    *("MessageSid", "SmsSid", "SmsMessageSid", "Referral", "ñ", "", "a b", "x" * 300, "<b>"),
)
SIDS = (b"MessageSid", b"SmsSid", b"SmsMessageSid")
STATUSES = (b"queued", b"sent", b"delivered", b"read", b"failed", b"undelivered", b"READ", b"new")
TYPES = (b"text", b"image", b"audio", b"location", b"contacts", b"reaction", b"sticker", b"order")

Pair = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Shot:
    """A form that is posted to a path of the site. `is_for_us`: it names our account.

    `known_as` tells its message from others, None when it is no new one.
    """

    path: str
    pairs: Sequence[Pair]
    is_for_us: bool = True
    known_as: bytes | None = None

    @property
    def is_inbound(self) -> bool:
        return self.path.startswith(INBOUND)

    @property
    def body(self) -> bytes:
        quoted = (f"{quote_plus(name)}={quote_plus(value)}" for name, value in self.pairs)
        return "&".join(quoted).encode()

    def signature(self, base: str) -> str:
        """The provider's signature of it, for the site at that address."""
        form: MultiValueDict[str, str] = MultiValueDict()
        for name, value in self.pairs:
            form.appendlist(name.decode(errors="replace"), value.decode(errors="replace"))
        return signature(f"{base.rstrip('/')}{self.path}", form)


def shots(seed: int, number: int, people: int, tokens: Sequence[str]) -> Iterator[Shot]:
    """So many requests: two thirds are messages, the others reports on messages of ours.

    There are so many people (`webhooks.make_people`), and messages with these tokens.
    """
    chance = Random(seed)
    before: list[Shot] = []
    for count in range(number):
        if chance.random() < 1 / 3:
            yield _report(chance, people, tokens)
        elif before and chance.randrange(REPEATED) == 0:
            yield chance.choice(before)
        else:
            shot = _message(chance, count, people)
            before = [*before[-200:], shot]
            yield shot


def _message(chance: Random, count: int, people: int) -> Shot:
    form: dict[bytes, bytes] = {
        **dict(_sids(chance, count, people)),
        b"AccountSid": ACCOUNT_SID.encode(),
        b"From": _address(chance, people),
        b"To": f"whatsapp:{OUR_NUMBER}".encode(),
        b"Body": chance.choice(WORDS),
        b"MessageType": chance.choice(TYPES),
        b"NumMedia": b"0",
    }
    return _spoilt(chance, INBOUND, form)


def _report(chance: Random, people: int, tokens: Sequence[str]) -> Shot:
    number = chance.randrange(1, people + 1)
    form: dict[bytes, bytes] = {
        b"MessageSid": f"SM{number:032x}".encode(),
        b"AccountSid": ACCOUNT_SID.encode(),
        b"MessageStatus": chance.choice(STATUSES),
        b"To": _address(chance, people),
        b"From": f"whatsapp:{OUR_NUMBER}".encode(),
    }
    token = chance.choice([*tokens[:20], "", "none", "%00", "x" * 500, "%F0%9F%9A%97"])
    return _spoilt(chance, f"{STATUS}?token={token}", form)


def _sids(chance: Random, count: int, people: int) -> Sequence[Pair]:
    """The message's sid under one of its names, or none, or that of a message of ours."""
    drawn = chance.random()
    if drawn < 0.03:
        return []
    if drawn < 0.05:
        return [(b"MessageSid", b"SM%032x" % chance.randrange(1, people + 1))]
    sid = b"MM%032x" % count
    odd = (b" " + sid, sid + b"\x00", b"z" * 500 + sid, b"new:%d" % count)
    name = chance.choice([b"MessageSid", b"MessageSid", b"SmsSid", b"SmsMessageSid"])
    return [(name, chance.choice([sid] * 4 + [*odd]))]


def _address(chance: Random, people: int) -> bytes:
    if chance.random() < 0.15:
        return chance.choice(ODD)
    if chance.random() < 0.1:
        return f"whatsapp:CL.{chance.randrange(people)}".encode()
    prefix = "whatsapp:" if chance.random() < 0.8 else ""
    return f"{prefix}{phone(chance.randrange(2 * people))}".encode()


def _spoilt(chance: Random, path: str, form: dict[bytes, bytes]) -> Shot:
    """Some fields odd, some missing, some more or twice; the sid of a message stays."""
    sids = {name: value for name, value in form.items() if name.endswith(b"Sid")}
    for name in [*form]:
        if name not in sids and chance.random() < 0.1:
            form[name] = _odd(chance)
        if name not in sids and chance.random() < 0.05:
            del form[name]
    is_for_us = chance.random() > 0.01
    if not is_for_us:
        form[b"AccountSid"] = b"AC" + b"9" * 32
    pairs = [*form.items()]
    more = [] if chance.random() < 0.5 else range(chance.choice([1, 3, 10]))
    for _one in more:
        name = chance.choice(NAMES).encode()
        if not name.endswith(b"Sid") or name.startswith(b"Original"):
            pairs.append((name, _odd(chance)))
    named = [value for name, value in pairs if name in SIDS and not value.startswith(b"SM")]
    return Shot(path, pairs, is_for_us, named[0] if named else None)


def _odd(chance: Random) -> bytes:
    if chance.randrange(SELDOM) == 0:
        return (chance.choice([*ODD, b"x"]) * HUGE)[:HUGE]
    return chance.choice(ODD) * chance.choice([1, 1, 1, 2, 30])
