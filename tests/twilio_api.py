"""What Twilio's published OpenAPI says of the requests that are made here, and of their answers.

Read in November 2026 from github.com/twilio/twilio-oai (Apache 2.0): spec/json of
twilio_api_v2010, twilio_content_v1, twilio_content_v2, twilio_messaging_v1 and
twilio_messaging_v2; the content types are those that the
library's models of November 2026 know. Written down anew, as far as the project uses it: for each
operation its parameters and fields, their types, patterns and limits, and the statuses.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.twilio_account_api import ACCOUNT, NUMBER, SENDER, SERVICE
from tests.twilio_checks import (
    AC,
    DATE_TIME,
    HX,
    RFC2822,
    URL,
    Check,
    fields,
    list_of,
    maybe,
    number,
    text,
    texts_by_name,
    true_or_false,
)

# --- Content: what its types hold -----------------------------------------------------------

ACTION = fields(
    {"type": text("QUICK_REPLY|URL|PHONE_NUMBER|COPY_CODE"), "title": text(least=1)},
    {"id": text(most=200), "url": text(), "phone": text(r"\+\d+"), "code": text(most=15)},
)
ONLY_REPLIES = fields({"title": text(least=1), "id": text(most=200)}, {"type": text("QUICK_REPLY")})
TYPES = fields(
    {},
    {
        "twilio/text": maybe(fields({"body": text(least=1, most=1600)})),
        "twilio/media": maybe(fields({"media": list_of(text())}, {"body": text(most=1600)})),
        "twilio/quick-reply": maybe(
            fields({"body": text(least=1, most=1024), "actions": list_of(ONLY_REPLIES)})
        ),
        "twilio/call-to-action": maybe(
            fields({"body": text(least=1, most=1024), "actions": list_of(ACTION)})
        ),
        "twilio/card": maybe(
            fields(
                {"title": text(least=1, most=1024)},
                {
                    "subtitle": text(most=60),
                    "media": list_of(text()),
                    "actions": list_of(ACTION),
                },
            )
        ),
        "whatsapp/card": maybe(
            fields(
                {"body": text(least=1, most=1024)},
                {
                    "header_text": text(most=60),
                    "footer": text(most=60),
                    "media": list_of(text()),
                    "actions": list_of(ACTION),
                },
            )
        ),
    },
)
APPROVAL_WORDS = text("unsubmitted|received|pending|approved|rejected|paused|disabled")
APPROVAL = {
    "name": maybe(text()),
    "category": maybe(text()),
    "content_type": maybe(text()),
    "status": APPROVAL_WORDS,
    "rejection_reason": maybe(text()),
    "allow_category_change": maybe(true_or_false),
}
SUMMARY = {
    "sid": HX,
    "account_sid": AC,
    "friendly_name": maybe(text()),
    "language": text(),
    "variables": maybe(texts_by_name),
    "types": TYPES,
    "date_created": DATE_TIME,
    "date_updated": DATE_TIME,
}
CONTENT = fields(
    {
        **SUMMARY,
        "url": URL,
        "links": fields({"approval_create": URL, "approval_fetch": URL}),
    }
)


def page_of(one: Check, key: str = "contents") -> Check:
    meta = fields(
        {
            "key": text(key),
            "page": number(0),
            "page_size": number(1, 1000),
            "url": URL,
            "first_page_url": URL,
            "previous_page_url": maybe(URL),
            "next_page_url": maybe(URL),
        }
    )
    return fields({"meta": meta, key: list_of(one)})


# --- Messages ---------------------------------------------------------------------------------

MESSAGE = fields(
    {
        "account_sid": AC,
        "sid": text("(SM|MM)[0-9a-fA-F]{32}"),
        "messaging_service_sid": maybe(text("MG[0-9a-fA-F]{32}")),
        "status": text(
            "queued|sending|sent|failed|delivered|undelivered|receiving|received|accepted"
            "|scheduled|read|partially_delivered|canceled"
        ),
        "direction": text("inbound|outbound-api|outbound-call|outbound-reply"),
        "date_created": RFC2822,
        "date_updated": RFC2822,
        "date_sent": maybe(RFC2822),
        "price": maybe(text(r"-?\d+\.\d+")),
        "price_unit": maybe(text("[A-Z]{3}")),
        "num_media": text(r"\d+"),
        "num_segments": text(r"\d+"),
        "error_code": maybe(number(1)),
        "error_message": maybe(text()),
        "body": maybe(text()),
        "from": maybe(text()),
        "to": maybe(text()),
        "api_version": text("2010-04-01"),
        "uri": text(r"/2010-04-01/\S+\.json"),
        "subresource_uris": lambda value: isinstance(value, dict),
    }
)
NEW_MESSAGE = fields(
    {"To": text(least=1)},
    {
        "From": text(least=1),
        "MessagingServiceSid": text("MG[0-9a-fA-F]{32}", 34, 34),
        "Body": text(least=1, most=1600),
        "MediaUrl": URL,
        "ContentSid": text("HX[0-9a-fA-F]{32}", 34, 34),
        "ContentVariables": lambda value: texts_by_name(json.loads(value)),
        "StatusCallback": URL,
        "ValidityPeriod": number(1, 36_000),
    },
)
ERROR = fields(
    {
        "code": number(1),
        "message": text(least=1),
        "more_info": URL,
        "status": number(400, 599),
    }
)

# A page of the oldest API, which says in the answer itself where the others are.
_OLD_PAGE = {
    "end": number(0),
    "first_page_uri": text(r"/2010-04-01/\S+"),
    "next_page_uri": maybe(text(r"/2010-04-01/\S+")),
    "page": number(0),
    "page_size": number(1, 1000),
    "previous_page_uri": maybe(text(r"/2010-04-01/\S+")),
    "start": number(0),
    "uri": text(r"/2010-04-01/\S+"),
}
# A moment, or a day alone.
_MOMENT = text(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")
LISTING_MESSAGES = {
    "To": text(least=1),
    "From": text(least=1),
    "DateSent": _MOMENT,
    "DateSent<": _MOMENT,
    "DateSent>": _MOMENT,
}

# --- The operations -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Operation:
    """One of Twilio's: the path as a pattern, what it takes, and what it answers with success."""

    method: str
    host: str
    path: str
    status: int
    answer: Check | None
    query: Check = field(default_factory=lambda: fields({}))
    body: Check | None = None


_PAGING = {"PageSize": number(1, 1000), "Page": number(0), "PageToken": text()}
_CONTENT = "https://content.twilio.com"
_API = "https://api.twilio.com"
_ONE = r"/v1/Content/HX[0-9a-fA-F]{32}"
_MESSAGING = "https://messaging.twilio.com"
_ACCOUNT = r"/2010-04-01/Accounts/AC[0-9a-fA-F]{32}"
_MESSAGES = f"{_ACCOUNT}/Messages"
OPERATIONS = (
    Operation(
        *("POST", _CONTENT, "/v1/Content", 201, CONTENT),
        body=fields(
            {"language": text(least=1), "types": TYPES},
            {"friendly_name": text(), "variables": texts_by_name},
        ),
    ),
    Operation("GET", _CONTENT, "/v1/Content", 200, page_of(CONTENT), query=fields({}, _PAGING)),
    Operation("GET", _CONTENT, _ONE, 200, CONTENT),
    Operation("DELETE", _CONTENT, _ONE, 204, None),
    Operation(
        *("POST", _CONTENT, f"{_ONE}/ApprovalRequests/whatsapp", 201, fields(APPROVAL)),
        body=fields(
            {"name": text("[a-z0-9_]{1,512}"), "category": text("UTILITY|MARKETING|AUTHENTICATION")}
        ),
    ),
    Operation(
        *("GET", _CONTENT, f"{_ONE}/ApprovalRequests", 200),
        fields(
            {
                "sid": HX,
                "account_sid": AC,
                "whatsapp": fields(APPROVAL, {"type": text()}),
                "url": URL,
            }
        ),
    ),
    Operation(
        *("GET", _CONTENT, "/v[12]/ContentAndApprovals", 200),
        page_of(fields({**SUMMARY, "approval_requests": fields(APPROVAL)})),
        query=fields({}, _PAGING),
    ),
    Operation("POST", _API, f"{_MESSAGES}.json", 201, MESSAGE, body=NEW_MESSAGE),
    Operation("GET", _API, rf"{_MESSAGES}/\w+\.json", 200, MESSAGE),
    Operation(
        *("GET", _API, rf"{_MESSAGES}\.json", 200),
        fields({**_OLD_PAGE, "messages": list_of(MESSAGE)}),
        query=fields({}, {**LISTING_MESSAGES, **_PAGING}),
    ),
    Operation("GET", _API, rf"{_ACCOUNT}\.json", 200, ACCOUNT),
    Operation(
        *("GET", _API, rf"{_ACCOUNT}/IncomingPhoneNumbers\.json", 200),
        fields({**_OLD_PAGE, "incoming_phone_numbers": list_of(NUMBER)}),
        query=fields({}, {"PhoneNumber": text(), "FriendlyName": text(), **_PAGING}),
    ),
    Operation(
        *("GET", _MESSAGING, "/v2/Channels/Senders", 200),
        page_of(SENDER, "senders"),
        query=fields({"Channel": text("whatsapp|rcs")}, _PAGING),
    ),
    Operation(
        *("GET", _MESSAGING, "/v1/Services", 200),
        page_of(SERVICE, "services"),
        query=fields({}, _PAGING),
    ),
)


@dataclass(frozen=True)
class Exchange:
    """One request of the client, as the library would have sent it, and the answer to it."""

    method: str
    url: str
    query: Mapping[str, Any]
    body: Any
    status: int
    answer: str


def breaches(exchange: Exchange) -> list[str]:
    """In what the exchange differs from what Twilio publishes; nothing when it does not."""
    parts = urlsplit(exchange.url)
    host = f"{parts.scheme}://{parts.netloc}"
    found = [
        one
        for one in OPERATIONS
        if one.method == exchange.method and one.host == host and re.fullmatch(one.path, parts.path)
    ]
    if not found:
        return [f"{exchange.method} {exchange.url} is no operation of Twilio's."]
    [operation] = found
    query = {**dict(parse_qsl(parts.query)), **exchange.query}
    wrong = []
    if not operation.query(query):
        wrong.append(f"query: {query}")
    if not _body_is_right(operation, exchange):
        wrong.append(f"body: {exchange.body}")
    return [*wrong, *_breaches_of_the_answer(operation, exchange)]


def _body_is_right(operation: Operation, exchange: Exchange) -> bool:
    """What is refused may be wrong."""
    if operation.body is None or exchange.body is None:
        return operation.body is exchange.body
    return exchange.status >= 400 or operation.body(exchange.body)


def _breaches_of_the_answer(operation: Operation, exchange: Exchange) -> list[str]:
    said = json.loads(exchange.answer) if exchange.answer else None
    if exchange.status >= 400:
        return [] if ERROR(said) and said["status"] == exchange.status else [f"error: {said}"]
    if exchange.status != operation.status:
        return [f"status: {exchange.status}"]
    if operation.answer is None:
        return [] if said is None else [f"answer: {said}"]
    return [] if operation.answer(said) else [f"answer: {said}"]
