"""The addresses of logging in, of a person's second factor and of their sessions.

Those of django-allauth that the project uses: nobody signs up, and e-mail addresses are changed by
whoever manages the users.
"""

from allauth.account import views as account
from django.urls import include, path, re_path

from waproject.accounts.invitations.views import AcceptInvitation
from waproject.accounts.signin import views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", views.sessions, name="usersessions_list"),
    path("sessions/end/", views.end_sessions, name="sessions-end"),
    path("invitation/<str:token>/", AcceptInvitation.as_view(), name="accept-invitation"),
]
