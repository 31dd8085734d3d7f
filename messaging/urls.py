"""The webhooks of the providers: `/twilio/inbound`, or `/twilio/7/inbound` for account 7."""

from django.urls import path

from messaging import webhooks

app_name = "messaging"
urlpatterns = [
    path("<slug:provider>/inbound", webhooks.inbound, name="inbound"),
    path("<slug:provider>/status", webhooks.status, name="status"),
    path("<slug:provider>/<int:account_id>/inbound", webhooks.inbound, name="inbound"),
    path("<slug:provider>/<int:account_id>/status", webhooks.status, name="status"),
]
