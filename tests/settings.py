"""The project's settings with the values of the suite. DATABASE_URL still chooses the database."""

import os

os.environ.update(
    SECRET_KEY="tests-only",
    DEBUG="false",
    PUBLIC_BASE_URL="http://testserver",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    TWILIO_ACCOUNT_SID="AC" + "0" * 32,
    TWILIO_AUTH_TOKEN="simulator",
    TWILIO_API_BASE_URL="http://127.0.0.1:9",
    FIELD_ENCRYPTION_KEYS="dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    LANGUAGE_CODE="en",
    LOG_LEVEL="WARNING",
    SECOND_FACTOR_ROLES="",
)

from waproject.settings import *  # noqa: F403
from waproject.settings import DATABASES, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
ACCOUNTS_REMEMBERED_SECONDS = 0.0
# Saving a business renews what is remembered; nothing else changes one.
TENANTS_REMEMBERED_SECONDS = float("inf")
if DATABASES["default"]["ENGINE"] == "waproject.tenants.postgresql":
    DATABASES["default"]["ENGINE"] = "tests.postgresql"
    DATABASES["default"].setdefault("OPTIONS", {})
