"""WhatsApp's rules once more, written down by themselves: what the product believes is held to it.

Sources: Meta's template components and rejection reasons, Twilio's error 63040 and pages of types.
"""

import re
import unicodedata

from messaging.texts.content import Button, TemplateContent

VARIABLE = re.compile(r"\{\{\s*\w+\s*\}\}")
PICTURES = range(0x1F300, 0x1FB00)


def _is_picture(char: str) -> bool:
    return ord(char) in PICTURES or "\u2600" <= char <= "\u27bf"


def _nothing(text: str) -> bool:
    return not any(unicodedata.category(char)[0] in "LNPS" for char in text)


def broken(content: TemplateContent) -> set[str]:
    """The names of the rules that this breaks, of a template that is no code."""
    return {*_body(content.body), *_lines(content), *_buttons(content), *_examples(content)}


def _body(body: str):
    fixed = VARIABLE.split(body)
    variables = {name.strip("{} \t\n") for name in VARIABLE.findall(body)}
    if not body.strip():
        yield "body: empty"
    if len(body) > 1024:
        yield "body: length"
    if "\n\n\n" in body:
        yield "body: newlines"
    if "\t" in body or " " * 5 in body:
        yield "body: spaces"
    if len(fixed) > 1:
        if not fixed[0].strip() or not fixed[-1].strip():
            yield "body: first or last"
        if any(not between.strip() for between in fixed[1:-1]):
            yield "body: adjacent"
        if len(" ".join(fixed).split()) < 2 * len(variables) + 1:
            yield "body: words"


def _lines(content: TemplateContent):
    if content.header_type == "text":
        header = content.header_text
        if _nothing(header) or len(header) > 60 or "\n" in header:
            yield "header: length or lines"
        if any(map(_is_picture, header)) or set("*_~`") & set(VARIABLE.sub("", header)):
            yield "header: emoji or format"
        if len(VARIABLE.findall(header)) > 1:
            yield "header: variables"
    elif content.header_type != "none":
        if not content.header_media.startswith("https://"):
            yield "header: file"
        if VARIABLE.search(content.header_media) or len(content.header_media) > 2000:
            yield "header: file"
    footer = content.footer
    if len(footer) > 60 or "\n" in footer or VARIABLE.search(footer):
        yield "footer"
    if any(map(_is_picture, footer)):
        yield "footer: emoji"


def _buttons(content: TemplateContent):
    kinds = [button.type for button in content.buttons]
    texts = [button.text for button in content.buttons]
    if len(kinds) > 10 or kinds.count("url") > 2:
        yield "buttons: count"
    if kinds.count("phone") > 1 or kinds.count("copy_code") > 1:
        yield "buttons: count"
    runs = re.findall("r+|o+", "".join("r" if kind == "quick_reply" else "o" for kind in kinds))
    if len(runs) > 2:
        yield "buttons: order"
    if len(set(texts)) < len(texts):
        yield "buttons: same text"
    for text in texts:
        if _nothing(text) or len(text) > 25 or "\n" in text or VARIABLE.search(text):
            yield "buttons: text"
        if any(map(_is_picture, text)) or set("*_~`") & set(text):
            yield "buttons: emoji or format"
    for button in content.buttons:
        yield from _value(button, content.category)


def _value(button: Button, category: str):
    value = button.value
    if button.type == "url":
        is_address = re.match(r"https?://[^/\s]+\.[^/\s]+", value)
        if not is_address or VARIABLE.search(value) or len(value) > 2000:
            yield "buttons: address"
    if button.type == "phone" and not re.fullmatch(r"\+[\d ()-]{7,19}", value):
        yield "buttons: phone"
    is_code = re.fullmatch("[A-Za-z0-9]{1,15}", value) and category == "marketing"
    if button.type == "copy_code" and not is_code:
        yield "buttons: code"


def _examples(content: TemplateContent):
    used = VARIABLE.findall(content.body)
    if content.header_type == "text":
        used += VARIABLE.findall(content.header_text)
    used += [button.suffix for button in content.buttons if button.suffix]
    for name in {one.strip("{} \t\n") for one in used}:
        if not str(content.variables.get(name, {}).get("example", "")).strip():
            yield "examples"
