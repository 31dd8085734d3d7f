"""What Twilio posts when people write: a form of each kind, as captured traffic and its
documents have them, with invented people.

Sources: https://www.twilio.com/docs/messaging/guides/webhook-request,
https://www.twilio.com/docs/whatsapp/tutorial/send-and-receive-media-messages-whatsapp,
https://www.twilio.com/docs/whatsapp/buttons.
"""

from dataclasses import dataclass, field

ACCOUNT = "AC" + "0" * 32
SID, QUOTED, BEFORE = ("SM" + digit * 32 for digit in "579")
PERSON, OURS = "+56975400946", "+56220000000"
MEDIA = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/{SID}/Media/ME"

BASE = {
    "SmsMessageSid": SID,
    "NumMedia": "0",
    "SmsSid": SID,
    "SmsStatus": "received",
    "Body": "",
    "NumSegments": "1",
    "MessageSid": SID,
    "ApiVersion": "2010-04-01",
}
WHATSAPP = {
    **BASE,
    "ProfileName": "Ana",
    "MessageType": "text",
    "ReferralNumMedia": "0",
    "WaId": PERSON[1:],
    "To": f"whatsapp:{OURS}",
    "From": f"whatsapp:{PERSON}",
    "ChannelMetadata": '{"type":"whatsapp","data":{"context":{"ProfileName":"Ana"}}}',
}
SMS = {
    **BASE,
    "ToCountry": "CL",
    "ToState": "",
    "ToCity": "",
    "ToZip": "",
    "FromCountry": "CL",
    "FromState": "Región Metropolitana",
    "FromCity": "Santiago",
    "FromZip": "",
    "To": OURS,
    "From": PERSON,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A form, the kind of message that it is, and the words that its conversation shows of it.

    `files` are the types of what came along; `said` is what the list shows.
    """

    name: str
    form: dict[str, str]
    type: str
    shows: tuple[str, ...]
    said: str
    files: tuple[str, ...] = field(default=())


def media(*kinds: str) -> dict[str, str]:
    """The parameters of files of these types."""
    form = {"NumMedia": str(len(kinds))}
    for number, kind in enumerate(kinds):
        form |= {f"MediaUrl{number}": f"{MEDIA}{number:032}", f"MediaContentType{number}": kind}
    return form


def whatsapp(name: str, shows: tuple[str, ...], said: str, kind: str, **form: str) -> Shape:
    files = tuple(value for key, value in form.items() if key.startswith("MediaContentType"))
    return Shape(name, {**WHATSAPP, "MessageType": kind, **form}, kind, shows, said, files)


SHAPES = (
    whatsapp(
        "text", ("¿Cuánto cuesta? 🚗",), "¿Cuánto cuesta? 🚗", "text", Body="¿Cuánto cuesta? 🚗"
    ),
    whatsapp(
        "image",
        ("Picture: on its way", "¿Cuánto me dan?"),
        "¿Cuánto me dan?",
        "image",
        Body="¿Cuánto me dan?",
        **media("image/jpeg"),
    ),
    whatsapp("audio", ("Audio: on its way",), "audio", "audio", **media("audio/ogg")),
    whatsapp(
        "document",
        ("Permiso.pdf: on its way",),
        "permiso.pdf",
        "document",
        Body="permiso.pdf",
        **media("application/pdf"),
    ),
    whatsapp(
        "location",
        ("Parque Arauco, Av. Kennedy 5413", "-33.40890, -70.56720"),
        "location",
        "location",
        Latitude="-33.4089",
        Longitude="-70.5672",
        Label="Parque Arauco",
        Address="Av. Kennedy 5413",
    ),
    whatsapp(
        "contacts",
        ("on its way",),
        "contact card",
        "contacts",
        **media("text/vcard"),
    ),
    whatsapp(
        "button",
        ("Sí, me interesa", "Hola Ana, ¿sigues con tu Corolla?"),
        "Sí, me interesa",
        "button",
        Body="Sí, me interesa",
        ButtonText="Sí, me interesa",
        ButtonPayload="yes",
        OriginalRepliedMessageSid=QUOTED,
        OriginalRepliedMessageSender=f"whatsapp:{OURS}",
    ),
    whatsapp(
        "list",
        ("Mantención", "Choice of a list"),
        "Mantención",
        "interactive",
        Body="Mantención",
        ListTitle="Mantención",
        ListId="service",
    ),
    whatsapp(
        "quoted reply",
        ("Este sí", "Hola Ana, ¿sigues con tu Corolla?"),
        "Este sí",
        "text",
        Body="Este sí",
        OriginalRepliedMessageSid=QUOTED,
        OriginalRepliedMessageSender=f"whatsapp:{OURS}",
    ),
    whatsapp(
        "quoted reply to what is not here",
        ("Ese", "Ese"),
        "Ese",
        "text",
        Body="Ese",
        OriginalRepliedMessageSid="SM" + "3" * 32,
    ),
    whatsapp(
        "reaction",
        ("Reaction", "👍", "Hola Ana, ¿sigues con tu Corolla?"),
        "👍",
        "reaction",
        Body="👍",
        OriginalRepliedMessageSid=QUOTED,
        OriginalRepliedMessageSender=f"whatsapp:{OURS}",
    ),
    whatsapp("sticker", ("on its way",), "sticker", "sticker", **media("image/webp")),
    whatsapp(
        "forwarded", ("Miren esto",), "Miren esto", "text", Body="Miren esto", Forwarded="true"
    ),
    whatsapp(
        "advertisement",
        ("Hola, vi el aviso", "From an advertisement: Seminuevos con garantía"),
        "Hola, vi el aviso",
        "text",
        Body="Hola, vi el aviso",
        ReferralSourceType="ad",
        ReferralSourceId="120200000000000001",
        ReferralSourceUrl="https://fb.me/1",
        ReferralHeadline="Seminuevos con garantía",
        ReferralBody="Desde 48 cuotas",
        ReferralCtwaClid="clid-1",
    ),
    whatsapp(
        "person without a phone",
        ("Hola",),
        "Hola",
        "text",
        Body="Hola",
        From="whatsapp:CL.1234",
        ExternalUserId="CL.1234",
        WaId="CL.1234",
    ),
    Shape(
        "MMS",
        {**SMS, "Body": "Las fotos", **media("image/jpeg", "image/png", "application/pdf")},
        "image",
        ("Las fotos", "on its way"),
        "Las fotos",
        ("image/jpeg", "image/png", "application/pdf"),
    ),
    Shape(
        "SMS",
        {**SMS, "Body": "Hola, ¿atienden hoy?"},
        "text",
        ("Hola, ¿atienden hoy?",),
        "Hola, ¿atienden hoy?",
    ),
)
