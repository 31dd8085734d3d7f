"""Between a template's parts and the content types of Twilio.

A template is written as the plainest type that can carry it, and read from any of them.
Source: https://www.twilio.com/docs/content/content-types-overview, read in November 2026.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from messaging.providers.templates import ButtonKind, ButtonSpec, ContentSpec, HeaderKind

TEXT, MEDIA = "twilio/text", "twilio/media"
QUICK_REPLY, CALL_TO_ACTION = "twilio/quick-reply", "twilio/call-to-action"
CARD, WHATSAPP_CARD = "twilio/card", "whatsapp/card"
# From the richest to the plainest: of several types Twilio sends the first that the channel knows.
READ = (WHATSAPP_CARD, CARD, QUICK_REPLY, CALL_TO_ACTION, MEDIA, TEXT)

# The type of an action, and its field for what the button does.
_ACTIONS = {
    ButtonKind.QUICK_REPLY: ("QUICK_REPLY", "id"),
    ButtonKind.URL: ("URL", "url"),
    ButtonKind.PHONE: ("PHONE_NUMBER", "phone"),
    ButtonKind.COPY_CODE: ("COPY_CODE", "code"),
}
_KINDS = {name: (kind, field) for kind, (name, field) in _ACTIONS.items()}
_VIDEO = {"mp4", "3gp", "mov"}
_DOCUMENT = {"pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "csv"}


def types_of(content: ContentSpec) -> dict[str, Any]:
    """The field `types` of a new content."""
    kind = _type_of(content)
    return {kind: _WRITERS[kind](content)}


def _type_of(content: ContentSpec) -> str:
    replies = [button.kind is ButtonKind.QUICK_REPLY for button in content.buttons]
    if content.header is HeaderKind.TEXT:
        return WHATSAPP_CARD
    if content.footer or (content.header.is_media and content.buttons):
        return CARD
    if content.header.is_media:
        return MEDIA
    if not replies:
        return TEXT
    if all(replies):
        return QUICK_REPLY
    return CARD if any(replies) else CALL_TO_ACTION


def _actions(content: ContentSpec) -> list[dict[str, str]]:
    return [_action(button) for button in content.buttons]


def _action(button: ButtonSpec) -> dict[str, str]:
    kind, field = _ACTIONS[button.kind]
    value = button.id if button.kind is ButtonKind.QUICK_REPLY else button.value
    return {"type": kind, "title": button.text, field: value}


def _media(content: ContentSpec) -> list[str]:
    return [content.header_media] if content.header.is_media else []


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


_WRITERS = {
    TEXT: lambda content: {"body": content.body},
    MEDIA: lambda content: {"body": content.body, "media": _media(content)},
    QUICK_REPLY: lambda content: {"body": content.body, "actions": _actions(content)},
    CALL_TO_ACTION: lambda content: {"body": content.body, "actions": _actions(content)},
    # WhatsApp shows the title of such a card as the text, and the subtitle below it.
    CARD: lambda content: _filled(
        {
            "title": content.body,
            "subtitle": content.footer,
            "media": _media(content),
            "actions": _actions(content),
        }
    ),
    WHATSAPP_CARD: lambda content: _filled(
        {
            "header_text": content.header_text,
            "body": content.body,
            "footer": content.footer,
            "actions": _actions(content),
        }
    ),
}


def content_of(
    name: str, language: str, types: Mapping[str, Any], variables: Mapping[str, Any]
) -> ContentSpec | None:
    """A content of Twilio's in a template's parts; None when none of its types is known here."""
    kind = next((kind for kind in READ if isinstance(types.get(kind), Mapping)), None)
    if kind is None:
        return None
    given: Mapping[str, Any] = types[kind]
    buttons = _buttons(given.get("actions") or ())
    if buttons is None:
        return None
    media = str(next(iter(given.get("media") or ()), ""))
    header_text = str(given.get("header_text") or "")
    return ContentSpec(
        name=name,
        language=language,
        body=str(given.get("title" if kind == CARD else "body") or ""),
        header=_header_of(media, header_text),
        header_text=header_text,
        header_media=media,
        footer=str(given.get("subtitle" if kind == CARD else "footer") or ""),
        buttons=buttons,
        examples={str(key): str(value) for key, value in (variables or {}).items()},
    )


def _header_of(media: str, text: str) -> HeaderKind:
    """What stands above the text; the kind of a file by the end of its address."""
    if not media:
        return HeaderKind.TEXT if text else HeaderKind.NONE
    ending = urlsplit(media).path.rpartition(".")[2].lower()
    if ending in _VIDEO:
        return HeaderKind.VIDEO
    return HeaderKind.DOCUMENT if ending in _DOCUMENT else HeaderKind.IMAGE


def _buttons(actions: Sequence[Mapping[str, Any]]) -> tuple[ButtonSpec, ...] | None:
    """The buttons; None when one is of a kind unknown here. A type of replies alone names none."""
    buttons = []
    for action in actions:
        known = _KINDS.get(str(action.get("type") or "QUICK_REPLY"))
        if known is None:
            return None
        kind, field = known
        value = str(action.get(field) or "")
        buttons.append(
            ButtonSpec(
                kind,
                text=str(action.get("title") or ""),
                id=value if kind is ButtonKind.QUICK_REPLY else "",
                value="" if kind is ButtonKind.QUICK_REPLY else value,
            )
        )
    return tuple(buttons)
