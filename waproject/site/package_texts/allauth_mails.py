"""Of django-allauth: the e-mails, which speak to their reader."""

from django.utils.translation import gettext_noop as _

MAILS = [
    _("Hello from %(site_name)s!"),
    _("Thank you for using %(site_name)s!\n%(site_domain)s"),
    _("You are receiving this mail because the following change was made to your account:"),
    _(
        "If you do not recognize this change then please take proper security "
        "precautions immediately. The change to your account originates from:\n\n- IP "
        "address: %(ip)s\n- Browser: %(user_agent)s\n- Date: %(timestamp)s"
    ),
    _(
        "You're receiving this email because you or someone else has requested a "
        "password reset for your user account.\nIt can be safely ignored if you did not "
        "request a password reset. Click the link below to reset your password."
    ),
    _("In case you forgot, your username is %(username)s."),
    _("Password Reset Email"),
    _("Your password has been reset."),
    _("A new security key has been added."),
    _("A security key has been removed."),
]
