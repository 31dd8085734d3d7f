"""Django settings. What differs between installations is a variable of `.env.example`."""

import os
import re
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from waproject.core import environment
from waproject.registered import *  # noqa: F403
from waproject.site.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
# What this process writes holds personal data, and is for its owner alone.
os.umask(0o077)
environment.read_dotenv(BASE_DIR / ".env")

SECRET_KEY = environment.text("SECRET_KEY")
DEBUG = environment.boolean("DEBUG", False)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
PUBLIC_BASE_URL = environment.url("PUBLIC_BASE_URL", "http://localhost:8000")
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]

INSTALLED_APPS = [
    "waproject.apps.WaprojectConfig",
    "waproject.apps.WaAdminConfig",
    "waproject.workers.apps.WorkersConfig",
    "waproject.core.jobs",
    "waproject.ops",
    "waproject.accounts",
    "waproject.accounts.signin",
    "waproject.accounts.invitations",
    "waproject.audit",
    "waproject.tenants",
    "waproject.tenants.retention",
    "waproject.site.saved",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "waproject.apps.LoginsConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_q",
    "import_export",
    "contacts",
    "contacts.privacy.apps.PrivacyConfig",
    "optouts",
    "messaging",
    "messaging.files",
    "messaging.archives",
    "messaging.pricing",
    "messaging.standing",
    "messaging.inbox",
    "campaigns",
    "campaigns.summaries",
]
# The laboratory is not in the image that serves customers.
if find_spec("waproject.lab"):
    INSTALLED_APPS.append("waproject.lab")

MIDDLEWARE = [
    "waproject.site.headers.say_policies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "waproject.tenants.web.middleware.TenantMiddleware",
    "waproject.core.readers.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "waproject.site.origins.say_origin",
    "allauth.account.middleware.AccountMiddleware",
    "waproject.accounts.signin.sessions.follow_session",
    "waproject.accounts.signin.second_factor.demand_second_factor",
    "axes.middleware.AxesMiddleware",  # last: it answers when a log-in is locked
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # templates/django/forms is ours

ROOT_URLCONF = "waproject.urls"
WSGI_APPLICATION = "waproject.wsgi.application"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {
                "home": "waproject.site.home.tags",
                "lists": "waproject.site.lists.tags",
                "saved_filters": "waproject.site.saved.tags",
                "shell": "waproject.site.navigation.tags",
            },
        },
    },
]

# --- Database -----------------------------------------------------------------------------

_database = environment.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
if str(_database["ENGINE"]).endswith("sqlite3"):
    environment.make_private(VAR_DIR)
    # IMMEDIATE: a transaction that reads and then writes must not lose its snapshot to another
    # writer. FULL: a claim must survive a power cut, or its message could leave twice. Every
    # process has its own cache, of 16 MB; a larger one made nothing faster.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;"
            # What is deleted is overwritten, as an erasure promises.
            " PRAGMA secure_delete=ON;"
        ),
    }
else:
    # Its connections tell PostgreSQL for which business they work (waproject.tenants.policies).
    _database["ENGINE"] = "waproject.tenants.postgresql"
# The queue polls several times a second; a new connection for each poll would be the main load.
_database["CONN_MAX_AGE"] = 600
_database["CONN_HEALTH_CHECKS"] = True
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What must count in every web process: codes that were used, how often somebody tried.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cached_values",
    },
    # What a process may know by itself.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- People and languages -----------------------------------------------------------------

LANGUAGE_CODE = environment.choice("LANGUAGE_CODE", "es", ("es", "en"))
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "waproject" / "locale"]
FORMAT_MODULE_PATH = ["waproject.formats"]
TIME_ZONE = environment.time_zone("TIME_ZONE", "America/Santiago")
USE_TZ = True
PHONE_DEFAULT_REGION = environment.region("PHONE_DEFAULT_REGION", "CL")
CURRENCY = environment.currency("CURRENCY", "CLP")

# --- Logging in ---------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "waproject.accounts.backends.RoleBackend",
]
# So many wrong passwords for one name from one address, and that pair waits. The name alone is
# never locked: a stranger could keep its owner out.
AXES_FAILURE_LIMIT = int(environment.number("LOGIN_ATTEMPTS", 5, minimum=1))
AXES_COOLOFF_TIME = timedelta(minutes=environment.number("LOGIN_WAIT_MINUTES", 15, minimum=0.1))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "waproject.site.logins.client_address"
AXES_LOCKOUT_CALLABLE = "waproject.site.logins.locked"
AXES_HTTP_RESPONSE_CODE = 429
AXES_DISABLE_ACCESS_LOG = True  # failures alone are kept, until they expire
AXES_ENABLE_ADMIN = False  # waproject.site.logins registers a page to look at
AXES_VERBOSE = False
# Networks of the proxies whose X-Forwarded-For is believed.
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES", "127.0.0.0/8,::1")

# As NIST SP 800-63B has it: long, not a common one, and nothing about kinds of characters.
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
]
# A link to choose a new password ends after so many seconds.
PASSWORD_RESET_TIMEOUT = 3 * 3_600
# A link of an invitation ends after so long.
INVITATION_LASTS = timedelta(days=3)

# Whoever has one of these roles in the business that they work for has a second factor, or is led
# to setting it up. A role of a business's own counts as the highest of the six that its level
# reaches, a superuser as super_admin.
SECOND_FACTOR_ROLES = environment.words(
    "SECOND_FACTOR_ROLES", "" if DEBUG else "super_admin,admin,manager"
)
MFA_ADAPTER = "waproject.accounts.signin.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a clock that is half a minute off
MFA_FORMS = {
    "add_webauthn": "waproject.accounts.signin.passkeys.AddForm",
    "edit_webauthn": "waproject.accounts.signin.passkeys.EditForm",
    "authenticate_webauthn": "waproject.accounts.signin.passkeys.SecondFactorForm",
    "login_webauthn": "waproject.accounts.signin.passkeys.PasswordlessForm",
    "reauthenticate_webauthn": "waproject.accounts.signin.passkeys.ReauthenticateForm",
}
# E-mail addresses of users are those that whoever manages the users wrote.
MFA_ALLOW_UNVERIFIED_EMAIL = True

ACCOUNT_ADAPTER = "waproject.accounts.signin.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_ENABLED = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_DISPLAY = "waproject.accounts.signin.adapters.display"

# A session ends when nobody used it for so long, and after so many days in any case.
SESSION_IDLE = timedelta(hours=environment.number("SESSION_IDLE_HOURS", 8, minimum=0.01))
SESSION_LONGEST = timedelta(days=environment.number("SESSION_DAYS", 7, minimum=0.01))
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())

# --- E-mail -------------------------------------------------------------------------------

# Invitations and links to a new password. Without a server they are files of this folder.
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 10
globals().update(environment.email("EMAIL_URL"))  # EMAIL_BACKEND, EMAIL_HOST and so on
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", "waproject <no-reply@localhost>")

# --- Files --------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "waproject" / "static"]
# Uploaded lists hold personal data: never under a URL, served only by views that check permission.
PRIVATE_ROOT = VAR_DIR / "private"
KEPT_MESSAGES_FOLDER = Path(environment.text("KEPT_MESSAGES_FOLDER", f"{VAR_DIR}/kept-messages"))
STORAGES = {
    "default": environment.file_storage(PRIVATE_ROOT),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
# Larger files of people are not taken.
MEDIA_MAX_BYTES = int(environment.number("MEDIA_MAX_MEGABYTES", 25, minimum=1) * 1_000_000)

# --- Security -----------------------------------------------------------------------------

_HTTPS = PUBLIC_BASE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_SSL_REDIRECT = _HTTPS
# Load balancers and container engines ask over plain http, from inside.
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
# A cookie named __Host- is taken from this very host alone, over https, and sent to no other.
_COOKIES = "__Host-" if _HTTPS else ""
SESSION_COOKIE_NAME = f"{_COOKIES}sessionid"
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_NAME = f"{_COOKIES}csrftoken"
CSRF_COOKIE_SECURE = _HTTPS
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _HTTPS
CSRF_COOKIE_HTTPONLY = True
# Messages to staff name people: they wait in the session, not in a cookie of their own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
X_FRAME_OPTIONS = "DENY"
DEFAULT_EXCEPTION_REPORTER = "waproject.core.text.concealing.ConcealingReporter"

# Fernet keys of the credentials in the database: the first encrypts, each decrypts.
FIELD_ENCRYPTION_KEYS = environment.encryption_keys("FIELD_ENCRYPTION_KEYS")

# --- Providers ----------------------------------------------------------------------------

# By the name that stands in an account and in the path of its webhooks.
PROVIDERS = {"twilio": "messaging.twilio.provider.TwilioProvider"}

# --- Twilio -------------------------------------------------------------------------------

TWILIO_DEFAULT_API = "https://api.twilio.com"
# The account that only the simulator knows (waproject/lab/twilio_simulator/account.py).
TWILIO_SIMULATOR_ACCOUNT = "AC" + "0" * 32

TWILIO_ACCOUNT_SID = environment.text("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = environment.text("TWILIO_AUTH_TOKEN", "")
TWILIO_API_BASE_URL = environment.url("TWILIO_API_BASE_URL", TWILIO_DEFAULT_API)
# Where templates are kept: beside the messages, wherever those go.
TWILIO_CONTENT_BASE_URL = environment.url(
    "TWILIO_CONTENT_BASE_URL",
    "https://content.twilio.com"
    if TWILIO_API_BASE_URL == TWILIO_DEFAULT_API
    else TWILIO_API_BASE_URL,
)
TWILIO_TIMEOUT_SECONDS = environment.number("TWILIO_TIMEOUT_SECONDS", 10, minimum=0.1)
TWILIO_SIMULATED = (
    TWILIO_ACCOUNT_SID == TWILIO_SIMULATOR_ACCOUNT and TWILIO_API_BASE_URL != TWILIO_DEFAULT_API
)
if bool(TWILIO_ACCOUNT_SID) != bool(TWILIO_AUTH_TOKEN):
    raise ImproperlyConfigured("Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN both, or neither.")
if TWILIO_ACCOUNT_SID and not re.fullmatch(r"AC[0-9a-fA-F]{32}", TWILIO_ACCOUNT_SID):
    raise ImproperlyConfigured("TWILIO_ACCOUNT_SID must be AC followed by 32 hexadecimal digits.")

# How long a process goes by what it last read, in seconds: by an account, which each webhook names
# (a new token counts after it at the latest), and by a business's preferences.
ACCOUNTS_REMEMBERED_SECONDS = TENANTS_REMEMBERED_SECONDS = 5.0

# --- Sending ------------------------------------------------------------------------------

# How long an unanswered claim stays with its worker, in seconds, before it counts as uncertain.
SENDING_LEASE_SECONDS = environment.number("SENDING_LEASE_SECONDS", 60, minimum=1)
# How many requests of one worker may be under way at once.
SENDING_IN_FLIGHT = int(environment.number("SENDING_IN_FLIGHT", 500, minimum=1))
# How long after a claim the provider's silence may be taken as "never accepted".
RECONCILE_AFTER_SECONDS = environment.number("RECONCILE_AFTER_SECONDS", 120, minimum=0.5)
# The longest wait after a refusal ("slow down", no connection); each one doubles it.
REFUSAL_DELAY_MOST_SECONDS = environment.number("REFUSAL_DELAY_MOST_SECONDS", 300, minimum=0.1)
# How long callbacks may stay away before the provider is asked what became of a sent message.
POLL_AFTER_SECONDS = environment.number("POLL_AFTER_SECONDS", 600, minimum=0.5)
# At most so many campaign messages to one person within so many days; 0 messages: no such cap.
FREQUENCY_CAP_MESSAGES = int(environment.number("FREQUENCY_CAP_MESSAGES", 0))
FREQUENCY_CAP_DAYS = environment.number("FREQUENCY_CAP_DAYS", 7, minimum=0.01)

# How long the file of an export that ran in the background can be fetched.
EXPORT_FILES_DAYS = environment.number("EXPORT_FILES_DAYS", 7, minimum=0.01)

# Conversations without a message for so many days are archived at night; 0: none are.
ARCHIVE_AFTER_DAYS = int(environment.number("ARCHIVE_AFTER_DAYS", 0))

# --- Personal data ------------------------------------------------------------------------

# How long after an import its file and the rows not taken are kept, in days.
IMPORT_FILES_DAYS = environment.number("IMPORT_FILES_DAYS", 30, minimum=1)

# --- Jobs ---------------------------------------------------------------------------------

# Processes of one worker cluster that do jobs.
WORKERS = int(environment.number("WORKERS", 2, minimum=1))
# A cluster through which no heartbeat has come for so many seconds is deaf.
WORKERS_DEAF_AFTER_SECONDS = environment.number("WORKERS_DEAF_AFTER_SECONDS", 60, minimum=1)
_JOB_TIMEOUT = 60
_LONG_JOB_TIMEOUT = 1_800
Q_CLUSTER: dict[str, Any] = {
    "name": "waproject",
    "orm": "default",
    "broker_class": "waproject.workers.clusters.broker.NotingBroker",
    "workers": WORKERS,
    "queue_limit": WORKERS,
    "bulk": 1,
    "timeout": _JOB_TIMEOUT,
    "retry": 3 * _JOB_TIMEOUT + 60,
    "ack_failures": True,
    "max_attempts": 5,
    "catch_up": False,
    "save_limit": 500,
    "poll": 0.2,
    "label": _("Jobs"),
    # Imports and reports, on a cluster of their own (`manage.py qcluster -n long`), so that they
    # never hold up sends. Two workers: what cannot give way in the middle, such as an export, must
    # not hold up the launch of another business.
    "ALT_CLUSTERS": {
        "long": {
            "workers": 2,
            "queue_limit": 2,
            "timeout": _LONG_JOB_TIMEOUT,
            "retry": 3 * _LONG_JOB_TIMEOUT + 60,
        }
    },
}

IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_SKIP_ADMIN_LOG = True

LOGGING = logging_settings(environment.text("LOG_LEVEL", "INFO"))
