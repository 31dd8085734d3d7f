"""The account at Twilio and what can write from it: resources as its OpenAPI publishes them.

The parts of tests.twilio_api that are no message and no template.
"""

from tests.twilio_checks import (
    AC,
    RFC2822,
    URL,
    fields,
    list_of,
    maybe,
    number,
    text,
    true_or_false,
)

METHOD = text("GET|POST|PUT")
ACCOUNT = fields(
    {"sid": AC, "status": text("active|suspended|closed"), "type": text("Trial|Full")},
    {
        "auth_token": text(),
        "friendly_name": maybe(text()),
        "owner_account_sid": AC,
        "date_created": RFC2822,
        "date_updated": RFC2822,
        "uri": text(r"/2010-04-01/\S+"),
        "subresource_uris": lambda value: isinstance(value, dict),
    },
)
NUMBER = fields(
    {
        "sid": text("PN[0-9a-fA-F]{32}"),
        "phone_number": text(r"\+\d+"),
        "friendly_name": maybe(text()),
        "capabilities": fields(
            dict.fromkeys(("sms", "mms", "voice"), true_or_false), {"fax": true_or_false}
        ),
        "sms_url": maybe(text()),
        "status_callback": maybe(text()),
        "status": maybe(text()),
    },
    {"account_sid": AC, "sms_method": METHOD, "api_version": text()},
    more=True,
)
SENDER = fields(
    {
        "sid": text("XE[0-9a-fA-F]{32}"),
        "status": text(
            "CREATING|ONLINE|OFFLINE|PENDING_VERIFICATION|VERIFYING|ONLINE:UPDATING|TWILIO_REVIEW"
            "|DRAFT|STUBBED"
        ),
        "sender_id": text(r"(whatsapp|rcs):\S+"),
    },
    {
        "friendly_name": maybe(text()),
        "configuration": maybe(
            fields(
                {},
                {
                    "waba_id": maybe(text()),
                    "verification_method": maybe(text("sms|voice")),
                    "verification_code": maybe(text()),
                    "voice_application_sid": maybe(text()),
                    "account_type": maybe(text("ISV|ISVSubAccount")),
                },
            )
        ),
        "webhook": maybe(
            fields(
                {},
                {
                    "callback_url": maybe(text()),
                    "callback_method": maybe(text("POST|PUT")),
                    "fallback_url": maybe(text()),
                    "fallback_method": maybe(text("POST|PUT")),
                    "status_callback_url": maybe(text()),
                    "status_callback_method": maybe(text()),
                },
            )
        ),
        "profile": maybe(fields({}, {"name": maybe(text())}, more=True)),
        "properties": maybe(
            fields({}, {"quality_rating": maybe(text()), "messaging_limit": maybe(text())})
        ),
        "offline_reasons": maybe(
            list_of(fields({}, {"code": text(), "message": text(), "more_info": text()}))
        ),
        "compliance": maybe(fields({"registration_sid": text()}, more=True)),
        "url": URL,
    },
)
SERVICE = fields(
    {
        "sid": text("MG[0-9a-fA-F]{32}"),
        "account_sid": AC,
        "friendly_name": maybe(text()),
        "inbound_request_url": maybe(text()),
        "use_inbound_webhook_on_number": true_or_false,
    },
    {"inbound_method": METHOD, "validity_period": number(1, 36_000)},
    more=True,
)
