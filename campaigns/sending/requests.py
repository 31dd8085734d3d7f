"""The request that one recipient's message becomes."""

from campaigns.models import Campaign, Recipient
from campaigns.sending.calendar import seconds_left
from messaging.models import Channel
from messaging.providers.base import OutboundRequest


def outbound_request(campaign: Campaign, recipient: Recipient) -> OutboundRequest:
    """The recipient's frozen text as a request.

    An approved WhatsApp template goes by its content sid, as it was at launch, and the recipient's
    variables; everything else, SMS included, goes as text. An SMS may wait at the provider until
    the hours or the campaign end, but no longer. The callback URL carries the recipient's token, so
    that a status finds its recipient even when the answer to this request never arrives.
    """
    sender = campaign.sender
    sms = sender.channel == Channel.SMS
    version = campaign.template_version
    content_sid = version.content_sid or None if version and not sms else None
    service = sender.messaging_service_sid
    return OutboundRequest(
        to=recipient.phone,
        sender_address=None if service else sender.address,
        messaging_service_sid=service or None,
        body=None if content_sid else recipient.body,
        content_sid=content_sid,
        content_variables=recipient.variables if content_sid else None,
        status_callback=sender.callback_url(recipient.token),
        validity_period=seconds_left(campaign, recipient) if sms else None,
        channel=sender.channel,
    )
