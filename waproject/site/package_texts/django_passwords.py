"""Of django.contrib.auth: users and their passwords, which newcomers read."""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

PASSWORDS = [
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("Enter the same password as before, for verification."),
    _("No password set."),
    _("Password change"),
    _(
        "Please enter your old password, for security’s sake, and then enter your new "
        "password twice so we can verify you typed it in correctly."
    ),
    _("Old password"),
    _("New password confirmation"),
    _("Change my password"),
    _("Your old password was entered incorrectly. Please enter it again."),
    _("Set password"),
    _("Reset password"),
    _("Enable password-based authentication for this user by setting a password."),
    _("staff status"),
    _("Designates whether the user can log into this admin site."),
    _("superuser status"),
    _("Designates that this user has all permissions without explicitly assigning them."),
    _("Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."),
    _("Change password: %s"),
    _("Set password: %s"),
    _("Enter a new password for the user <strong>%(username)s</strong>."),
    _("This action will <strong>enable</strong> password-based authentication for this user."),
    _("Disable password-based authentication"),
    _("Enable password-based authentication"),
    _("The two password fields didn’t match."),
    _("Password confirmation"),
    _("Password-based authentication"),
    _("Enabled"),
    _("Disabled"),
    _(
        "Whether the user will be able to authenticate using a password or not. If disabled, "
        "they may still be able to authenticate using other backends, such as Single Sign-On "
        "or LDAP."
    ),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
    _("Invalid password format or unknown hashing algorithm."),
    _("The password is too similar to the %(verbose_name)s."),
    _("Password changed successfully."),
    _("Password-based authentication was disabled."),
    _("Password change successful"),
    _("Your password was changed."),
    _("Conflicting form data submitted. Please try again."),
]

NAMES = [
    _(
        "Enter a valid username. This value may contain only unaccented lowercase a-z and "
        "uppercase A-Z letters, numbers, and @/./+/-/_ characters."
    ),
    _(
        "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ "
        "characters."
    ),
    _("After you’ve created a user, you’ll be able to edit more user options."),
]
