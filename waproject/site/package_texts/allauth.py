"""Of django-allauth: logging in, and the second factor."""

from django.utils.translation import gettext_noop as _

PAGES = [
    _("Authenticator app activated."),
    _("Authenticator app deactivated."),
    _("Authenticator code"),
    _("Use authenticator app or code"),
    _("A new set of recovery codes has been generated."),
    _("Download codes"),
    _("Please type your current password."),
    _("Use your password"),
    _("Forgot your password?"),
    _("You must type the same password each time."),
    _("Master key"),
    _("Backup key"),
    _("Key nr. {number}"),
    _("Username"),
    _("Login"),
    _("Code"),
    _("Passwordless"),
    _(
        "Enabling passwordless operation allows you to sign in using just this key, "
        "but imposes additional requirements such as biometrics or PIN protection."
    ),
    _("Use a security key"),
    _("This functionality requires JavaScript."),
]

REFUSALS = [
    _("Incorrect code."),
    _("Incorrect password."),
    _("Invalid or expired key."),
    _("Too many failed login attempts. Try again later."),
    _("Be patient, you are sending too many requests."),
    _("The new value must be different from the current one."),
    _("The password reset token was invalid."),
    _("You cannot deactivate two-factor authentication."),
]

PASSKEYS = [
    _("Security key added."),
    _("Security key removed."),
    _("Email address"),
]
