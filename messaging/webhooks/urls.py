"""The webhooks of the providers: `/twilio/inbound`, or `/twilio/7/inbound` for account 7."""

from django.urls import path

from messaging.webhooks import views

app_name = "messaging"
urlpatterns = [
    path("<slug:provider>/inbound", views.inbound, name="inbound"),
    path("<slug:provider>/status", views.status, name="status"),
    path("<slug:provider>/<int:account_id>/inbound", views.inbound, name="inbound"),
    path("<slug:provider>/<int:account_id>/status", views.status, name="status"),
]
