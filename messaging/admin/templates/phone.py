"""A message as a phone shows it: header, text, footer and buttons, with a person's values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from contacts.models import Contact, Vehicle
from messaging.models import HeaderType
from messaging.texts.content import COPY_CODE, PHONE, QUICK_REPLY, URL, TemplateContent
from messaging.texts.given import examples
from messaging.texts.header_files import HeaderFile, header_file
from messaging.texts.rendering import PLACEHOLDER, Rendered, render
from messaging.texts.rules.parts import BODY_MOST, LINE_MOST
from messaging.texts.rules.sms import SmsSize, sms_size
from messaging.texts.sending import filled

_ICONS = {QUICK_REPLY: "reply", URL: "open", PHONE: "phone", COPY_CODE: "copy"}
_MEDIA: dict[str, str] = {
    HeaderType.IMAGE: "image",
    HeaderType.VIDEO: "play",
    HeaderType.DOCUMENT: "note",
}
# WhatsApp's signs of formatting, around words of one line. Bounded, so that time is linear.
_FORMATS = [
    (
        re.compile(
            rf"(?<![\w{sign}]){sign}(?=\S)([^{sign}\n]{{1,500}})(?<=\S){sign}(?![\w{sign}])"
        ),
        tag,
    )
    for sign, tag in ((r"\*", "strong"), ("_", "em"), ("~", "s"))
]
_SIGNS = str.maketrans({"*": "&#42;", "_": "&#95;", "~": "&#126;"})


@dataclass(frozen=True)
class Phone:
    """What the phone shows, and of whom. `reader` is their place among the people shown.

    `media` is the icon of the header's file, `file` the file itself where it was uploaded here.
    `length` and `header_length` are of text and header with their values, `sms` is the size of the
    text as an SMS. `is_invented`: there was no real person to show.
    """

    name: str
    header: SafeString
    media: str
    file: HeaderFile | None
    text: SafeString
    footer: str
    buttons: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    length: int
    header_length: int
    sms: SmsSize
    reader: int = 0
    has_next: bool = False
    is_invented: bool = False
    is_worst: bool = False

    @property
    def before(self) -> int:
        return max(self.reader - 1, 0)

    @property
    def after(self) -> int:
        return self.reader + 1

    @property
    def is_too_long(self) -> bool:
        return self.length > BODY_MOST

    @property
    def is_header_too_long(self) -> bool:
        return self.header_length > LINE_MOST


def values_of(
    content: TemplateContent,
    person: Contact,
    vehicle: Vehicle | None,
    given: Mapping[str, str] | None = None,
) -> Rendered:
    """What each placeholder of any part shows for a person.

    `given` are the values of the campaign; without one the examples stand in for them.
    """
    given = examples(content) if given is None else given
    return render("\n".join(content.texts), content.variables, person, vehicle, given)


def shown(content: TemplateContent, values: dict[str, str], name: str, **more: Any) -> Phone:
    """The message with these values; a placeholder without one shows itself."""
    header = content.header_text if content.header_type == HeaderType.TEXT else ""
    media = _MEDIA.get(content.header_type, "")
    body = PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), content.body)
    return Phone(
        name=name,
        header=with_marks(header, values),
        media=media,
        file=header_file(content.header_media) if media else None,
        text=formatted(with_marks(content.body, values)),
        footer=content.footer,
        buttons=tuple((_ICONS.get(one.type, "reply"), one.text) for one in content.buttons),
        missing=tuple(one for one in content.placeholders if not values.get(one)),
        length=len(body),
        header_length=len(filled(header, values)),
        sms=sms_size(body),
        **more,
    )


def with_marks(text: str, values: dict[str, str]) -> SafeString:
    """The text with the values of its placeholders, each marked; one without a value shows."""
    parts = PLACEHOLDER.split(text)
    lacking = ' class="lacking"' if values else ""
    made = [conditional_escape(parts[0])]
    for name, rest in zip(parts[1::2], parts[2::2], strict=True):
        if value := values.get(name):
            # The signs of a value format nothing here.
            marked = mark_safe(conditional_escape(value).translate(_SIGNS))  # noqa: S308
            made.append(format_html("<mark>{}</mark>", marked))
        else:
            made.append(
                format_html("<mark{}>{}</mark>", mark_safe(lacking), f"{{{{{name}}}}}")  # noqa: S308
            )
        made.append(conditional_escape(rest))
    return mark_safe("".join(made))  # noqa: S308


def formatted(escaped: SafeString) -> SafeString:
    """An escaped text with WhatsApp's *bold*, _italics_ and ~struck out~ shown as such."""
    text = str(escaped)
    for sign, tag in _FORMATS:
        text = sign.sub(rf"<{tag}>\1</{tag}>", text)
    return mark_safe(text)  # noqa: S308
