"""Templates as a provider keeps them: the protocol, and the plain types that pass through it.

Placeholders are numbered here, `{{1}}` to `{{n}}`, as providers want them; messaging.texts knows
their names. Statuses and categories are those of `messaging.models.Template`.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from waproject.core.text.sentences import SaidError


class TemplateRefused(SaidError):
    """The provider does not take a template as it is. Its text is a sentence.

    `code` is the provider's, None when it gave none.
    """

    def __init__(self, sentence: str, code: str | None = None) -> None:
        super().__init__(sentence)
        self.code = code


class HeaderKind(StrEnum):
    NONE = "none"
    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"

    @property
    def is_media(self) -> bool:
        return self in {self.IMAGE, self.VIDEO, self.DOCUMENT}


class ButtonKind(StrEnum):
    QUICK_REPLY = "quick_reply"
    URL = "url"
    PHONE = "phone"
    COPY_CODE = "copy_code"


@dataclass(frozen=True, slots=True)
class ButtonSpec:
    """One button: what stands on it, and what it does.

    `value` is an address, a phone in E.164 or a code; an address may end in a placeholder. `id`
    comes back when a person taps a quick reply.
    """

    kind: ButtonKind
    text: str
    id: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class ContentSpec:
    """What a template says. `examples` has a value for each placeholder, by its number.

    `header_media` is the public address of a file. `name` is ours, and nobody but us reads it.
    """

    name: str
    language: str
    body: str
    header: HeaderKind = HeaderKind.NONE
    header_text: str = ""
    header_media: str = ""
    footer: str = ""
    buttons: tuple[ButtonSpec, ...] = ()
    examples: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApprovalState:
    """What WhatsApp says of a template, by way of the provider.

    `status` is one of Template.Status, "" when the provider's word is new to us; `reason` is
    WhatsApp's own sentence or code about a refusal. `name` is that under which it was submitted.
    """

    status: str
    reason: str = ""
    name: str = ""
    category: str = ""
    quality: str = ""
    raw: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RemoteTemplate:
    """A template as the provider has it. `content` is None when it is of a kind unknown here."""

    sid: str
    name: str
    language: str
    content: ContentSpec | None
    approval: ApprovalState
    updated_at: datetime | None = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False)


class Templates(Protocol):
    """Open connections to the provider's templates, for one account.

    Everything raises ProviderUnavailable when there was no usable answer.
    """

    async def create(self, content: ContentSpec) -> str:
        """Keep a new template at the provider; return its id there. Raises TemplateRefused."""

    async def submit(self, sid: str, name: str, category: str) -> ApprovalState:
        """Ask WhatsApp to approve a template under a name. Raises TemplateRefused."""

    async def fetch(self, sid: str) -> RemoteTemplate | None:
        """The template with this id; None when the provider has none."""

    def list(self) -> AsyncIterator[RemoteTemplate]:
        """All templates of the account, one page after the other."""

    async def delete(self, sid: str) -> bool:
        """Remove a template from the provider; False when it had none."""
