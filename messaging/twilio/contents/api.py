"""The one door to Twilio's templates: its Content API.

Source: https://www.twilio.com/docs/content/content-api-resources, read in November 2026.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import aiohttp
from django.conf import settings
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

from messaging.providers.base import Credentials, ProviderUnavailable
from messaging.providers.templates import (
    ApprovalState,
    ContentSpec,
    RemoteTemplate,
    TemplateRefused,
)
from messaging.twilio.clients import JSON, Connected, Throttled
from messaging.twilio.contents.types import content_of, types_of
from messaging.twilio.gateway import unavailable
from waproject.core.text.sentences import gettext as _

PAGE_SIZE = 500
_HEADERS = {"Content-Type": JSON, "Accept": JSON}
_TROUBLE = (Throttled, TwilioException, aiohttp.ClientError, OSError, ValueError)

# Twilio's word for how far an approval is, and ours.
_STATUSES = {
    "unsubmitted": "draft",
    "received": "pending",
    "pending": "pending",
    "in_appeal": "pending",
    "approved": "approved",
    "rejected": "rejected",
    "paused": "paused",
    "disabled": "disabled",
}
_CATEGORIES = {"MARKETING", "UTILITY", "AUTHENTICATION"}


class TwilioTemplates(Connected):
    """The protocol `messaging.providers.templates.Templates`, over one pool of connections.

    An async context manager, to be entered in the loop that uses it.
    """

    def __init__(self, credentials: Credentials) -> None:
        super().__init__(credentials, settings.TWILIO_CONTENT_BASE_URL)

    def _prepare(self) -> None:
        self._v1, self._v2 = self._client.content.v1, self._client.content.v2

    async def create(self, content: ContentSpec) -> str:
        """As the protocol has it.

        By the library's request, and not by its `contents.create`: that writes a null for each of
        the dozen types that a template is not of.
        """
        answer = await self._post(
            "/Content",
            {
                "friendly_name": content.name,
                "language": content.language,
                "variables": dict(content.examples),
                "types": types_of(content),
            },
        )
        sid = answer.get("sid")
        if not isinstance(sid, str) or not sid:
            raise ProviderUnavailable(_("The provider's answer could not be read."))
        return sid

    async def submit(self, sid: str, name: str, category: str) -> ApprovalState:
        path = f"/Content/{sid}/ApprovalRequests/whatsapp"
        return _state_of(await self._post(path, {"name": name, "category": category.upper()}))

    async def fetch(self, sid: str) -> RemoteTemplate | None:
        try:
            content = await self._found(sid)
            if content is None:
                return None
            approval = await self._v1.contents(sid).approval_fetch().fetch_async()
        except _TROUBLE as error:
            raise unavailable(error) from error
        return _template_of(content, approval.whatsapp)

    async def _found(self, sid: str) -> Any:
        """What the library read of a content; None when Twilio has none."""
        try:
            return await self._v1.contents(sid).fetch_async()
        except TwilioRestException as error:
            if error.status == 404:
                return None
            raise

    async def list(self) -> AsyncIterator[RemoteTemplate]:
        try:
            found = await self._v2.content_and_approvals.stream_async(page_size=PAGE_SIZE)
            async for one in found:
                yield _template_of(one, one.approval_requests)
        except _TROUBLE as error:
            raise unavailable(error) from error

    async def delete(self, sid: str) -> bool:
        try:
            return bool(await self._v1.contents(sid).delete_async())
        except TwilioRestException as error:
            if error.status == 404:
                return False
            raise unavailable(error) from error
        except _TROUBLE as error:
            raise unavailable(error) from error

    async def _post(self, path: str, data: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = await self._v1.create_async("POST", path, data=data, headers=_HEADERS)
        except (TwilioRestException, TwilioServiceException) as error:
            raise _refusal(error) from error
        except _TROUBLE as error:
            raise unavailable(error) from error
        if not isinstance(answer, dict):
            raise ProviderUnavailable(_("The provider's answer could not be read."))
        return answer


def _refusal(error: TwilioRestException | TwilioServiceException) -> Exception:
    """TemplateRefused for what is wrong with the template; the account's and Twilio's own trouble,
    which pass or are mended elsewhere, are ProviderUnavailable.
    """
    if error.status not in {400, 404, 409, 422}:
        return unavailable(error)
    if isinstance(error, TwilioServiceException):
        said = error.detail or error.title
    else:
        said = str(error.msg).removeprefix("Unable to create record: ")
    code = str(error.code) if error.code and error.code != error.status else None
    sentence = _("The provider does not take the template: %(words)s") % {"words": said.strip()}
    return TemplateRefused(sentence, code)


def _template_of(content: Any, approval: Any) -> RemoteTemplate:
    """What the library read of a content, with what it says of the approval."""
    given: Mapping[str, Any] = approval if isinstance(approval, Mapping) else {}
    state = _state_of(given)
    name, language = str(content.friendly_name or ""), str(content.language or "")
    types = content.types if isinstance(content.types, Mapping) else {}
    updated_at = content.date_updated
    return RemoteTemplate(
        sid=str(content.sid or ""),
        name=state.name or name,
        language=language,
        content=_parts_of(name, language, types, content.variables or {}),
        approval=state,
        updated_at=updated_at if isinstance(updated_at, datetime) else None,
        raw={"friendly_name": name, "types": dict(types), "approval": dict(given)},
    )


def _parts_of(
    name: str, language: str, types: Mapping[str, Any], variables: Any
) -> ContentSpec | None:
    """The parts of a template; None also where they have a form that Twilio does not document."""
    try:
        return content_of(name, language, types, variables)
    except (AttributeError, TypeError, ValueError):
        return None


def _state_of(given: Mapping[str, Any]) -> ApprovalState:
    category = str(given.get("category") or "").upper()
    return ApprovalState(
        status=_STATUSES.get(str(given.get("status") or "unsubmitted").lower(), ""),
        reason=str(given.get("rejection_reason") or "").strip(),
        name=str(given.get("name") or ""),
        category=category.lower() if category in _CATEGORIES else "",
        raw=dict(given),
    )
