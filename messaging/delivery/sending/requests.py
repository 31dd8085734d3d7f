"""The request that one delivery becomes."""

from messaging.content import ATTACHED_URL
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.timing.send_windows import seconds_left
from messaging.models import Channel, Sender
from messaging.providers.base import OutboundRequest


def outbound_request(sender: Sender, delivery: Claimed) -> OutboundRequest:
    """The delivery's frozen content as a request.

    An approved WhatsApp template goes by its content sid and the person's variables; everything
    else, SMS included, goes as text, an answer with its files. An SMS may wait at the provider
    until the hours or the stream end, but no longer. The callback URL carries the delivery's token,
    so that a status finds it even when the answer to this request never arrives.
    """
    sms = sender.channel == Channel.SMS
    content_sid = None if sms else delivery.content_sid or None
    service = sender.messaging_service_sid
    files = "" if delivery.template_version_id else delivery.variables.get(ATTACHED_URL, "")
    left = seconds_left(delivery.stream, delivery.time_zone, delivery.valid_until) if sms else None
    return OutboundRequest(
        to=delivery.address,
        sender_address=None if service else sender.address,
        messaging_service_sid=service or None,
        body=None if content_sid else delivery.body,
        content_sid=content_sid,
        content_variables=delivery.provider_values if content_sid else None,
        media_urls=files.split(),
        status_callback=sender.callback_url(delivery.token),
        validity_period=left,
        channel=sender.channel,
    )
