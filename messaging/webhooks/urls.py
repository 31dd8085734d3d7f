"""The webhooks of the providers: `/twilio/inbound`, or `/twilio/7/inbound` for account 7.

With a slash behind it, as people type addresses into a console, each is the same.
"""

from django.urls import path

from messaging.webhooks import views

app_name = "messaging"
# Of two with one name, an address is made by the last: without the slash.
urlpatterns = [
    path(f"<slug:provider>/{account}{name}{end}", view, name=name)
    for end in ("/", "")
    for account in ("", "<int:account_id>/")
    for name, view in (("inbound", views.inbound), ("status", views.status))
]
