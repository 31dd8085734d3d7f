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
    "waproject.audit",
    "waproject.tenants",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "waproject.apps.LoginsConfig",
    "django_htmx",
    "django_q",
    "import_export",
    "contacts",
    "optouts",
    "messaging",
    "campaigns",
]
# The laboratory is not in the image that serves customers.
if find_spec("waproject.lab"):
    INSTALLED_APPS.append("waproject.lab")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "waproject.tenants.middleware.TenantMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "waproject.site.origins.say_origin",
    "axes.middleware.AxesMiddleware",  # last: it answers when a log-in is locked
]

ROOT_URLCONF = "waproject.urls"
WSGI_APPLICATION = "waproject.wsgi.application"
LOGIN_URL = "admin:login"
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

# --- People and languages -----------------------------------------------------------------

LANGUAGE_CODE = environment.choice("LANGUAGE_CODE", "es", ("es", "en"))
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "waproject" / "locale"]
FORMAT_MODULE_PATH = ["waproject.formats"]
TIME_ZONE = environment.time_zone("TIME_ZONE", "America/Santiago")
USE_TZ = True
PHONE_DEFAULT_REGION = environment.region("PHONE_DEFAULT_REGION", "CL")

# --- Logging in ---------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# Models of no business: their rows are the installation's.
SHARED_MODELS = [
    "tenants.Tenant",
    "accounts.User",
    "accounts.Membership",
    "workers.Cluster",
    "workers.TickTask",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
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

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Files --------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "waproject" / "static"]
# Uploaded lists hold personal data: never under a URL, served only by views that check permission.
PRIVATE_ROOT = VAR_DIR / "private"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- Security -----------------------------------------------------------------------------

_HTTPS = PUBLIC_BASE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_SSL_REDIRECT = _HTTPS
# Load balancers and container engines ask over plain http, from inside.
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
X_FRAME_OPTIONS = "DENY"

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
TWILIO_TIMEOUT_SECONDS = environment.number("TWILIO_TIMEOUT_SECONDS", 10, minimum=0.1)
TWILIO_SIMULATED = (
    TWILIO_ACCOUNT_SID == TWILIO_SIMULATOR_ACCOUNT and TWILIO_API_BASE_URL != TWILIO_DEFAULT_API
)
if bool(TWILIO_ACCOUNT_SID) != bool(TWILIO_AUTH_TOKEN):
    raise ImproperlyConfigured("Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN both, or neither.")
if TWILIO_ACCOUNT_SID and not re.fullmatch(r"AC[0-9a-fA-F]{32}", TWILIO_ACCOUNT_SID):
    raise ImproperlyConfigured("TWILIO_ACCOUNT_SID must be AC followed by 32 hexadecimal digits.")

# How long a web process goes by an account as it last read it, in seconds: a webhook names one each
# time. A new token counts after it at the latest.
ACCOUNTS_REMEMBERED_SECONDS = 5.0

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

# --- Personal data ------------------------------------------------------------------------

# How long after an import its file and the rows not taken are kept, in days.
IMPORT_FILES_DAYS = environment.number("IMPORT_FILES_DAYS", 30, minimum=1)

# --- What the apps register ---------------------------------------------------------------

# What a new business starts with; each function runs in its scope.
NEW_TENANT_STEPS = [
    "optouts.phrase_table.add_builtin_phrases",
    "messaging.default_replies.add_default_replies",
]

# Functions that see an inbound message, in this order; the first to return a reply ends the walk.
INBOUND_HANDLERS = [
    "messaging.inbound.opt_outs.honour_opt_out",
    "campaigns.reply_attribution.credit_campaign",
    "messaging.inbound.menu.answer_from_menu",
]
# Those who have something to send, by the kind of their streams (messaging.delivery.sources).
DELIVERY_SOURCES = {
    "campaign": "campaigns.delivery_source.SOURCE",
    "answer": "messaging.answers.SOURCE",
}
# Functions that see statuses reported by the provider, in this order; each returns those it knows.
STATUS_LISTENERS = ["campaigns.status_listener.follow_statuses"]
# Functions that move what an app keeps about a person, when two contacts turn out to be one. In the
# order in which everybody locks rows: contact, delivery, recipient, conversation.
CONTACT_MERGERS = [
    "messaging.delivery.merging.move_deliveries",
    "campaigns.merging.move_recipients",
    "messaging.merging.move_conversations",
    "optouts.merging.move_consent",
]
# What `manage.py check_integrity` holds against the database.
INTEGRITY_CHECKS = [
    "contacts.integrity.integrity_problems",
    "optouts.integrity.integrity_problems",
    "messaging.integrity.integrity_problems",
    "campaigns.integrity.integrity_problems",
]
# What each supervisor of workers does several times a second: cheap looks for what has come due.
PROMPT_TASKS = ["messaging.delivery.jobs.wake_due_senders"]
# Whether a job waits for a worker. The run of a sender gives way to it.
WAITING_JOBS = ["messaging.delivery.waking.sender_waits", "waproject.workers.tick.task_waits"]
# The kinds of long work, each a function that waproject.core.jobs.kinds.long_work marks.
JOB_KINDS = [
    "waproject.core.exports.work.write_file",
    "contacts.imports.operations.read_file",
    "campaigns.launch.counting.count_people",
    "campaigns.launch.further_chunks.make_recipients",
]
# What can be exported in the background, each as a class of waproject.core.exports.sources.Source.
EXPORT_SOURCES = {
    "list": "waproject.core.admin.exporting.ListSource",
    "report": "campaigns.reports.downloads.ReportSource",
}
# What the log of operations can hold: enumerations of actions, each with its permission.
AUDITED_ACTIONS = [
    "waproject.site.logged_pages.PageAction",
    "waproject.core.admin.auditing.CoreAction",
    "contacts.actions.ContactAction",
    "optouts.actions.OptOutAction",
    "messaging.actions.ConversationAction",
    "messaging.actions.AccountAction",
    "campaigns.actions.CampaignAction",
]
# Functions that log what staff take along or stop on pages of waproject.core.
ACT_RECORDERS = ["waproject.audit.acting.record_act"]
# What the tick queues, each as a job of its own: one that fails or hangs holds up no other.
TICK_TASKS = [
    "campaigns.jobs.start_due_campaigns",
    "messaging.delivery.jobs.expire_leases",
    "messaging.delivery.jobs.reconcile_uncertain",
    "messaging.delivery.jobs.poll_statuses",
    "messaging.delivery.jobs.wake_senders",
    "campaigns.jobs.complete_campaigns",
    "messaging.jobs.apply_kept_statuses",
    "messaging.jobs.receive_missed_messages",
    "messaging.jobs.refresh_accounts",
    "waproject.core.jobs.tasks.resume_jobs",
    "waproject.core.jobs.tasks.forget_jobs",
    "contacts.jobs.forget_import_files",
    "contacts.uploads.forget_abandoned_uploads",
]

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
    "broker_class": "waproject.workers.broker.NotingBroker",
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
    # never hold up sends.
    "ALT_CLUSTERS": {
        "long": {
            "workers": 1,
            "queue_limit": 1,
            "timeout": _LONG_JOB_TIMEOUT,
            "retry": 3 * _LONG_JOB_TIMEOUT + 60,
        }
    },
}

IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_SKIP_ADMIN_LOG = True
IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.MediaStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "INFO")},
    # At DEBUG it writes the URLs it asks for, and ours carry phone numbers.
    "loggers": {
        "urllib3": {"level": "INFO"},
        "axes": {"level": "ERROR"},  # it writes the name that was typed, which may be a password
        "django-q": {"filters": ["heartbeats"]},
        "django.request": {"filters": ["refusals"]},
        "django.security.RequestDataTooBig": {"filters": ["refusals"]},
        "django.security.TooManyFieldsSent": {"filters": ["refusals"]},
    },
    "filters": {
        "refusals": {"()": "waproject.site.logs.WithoutTraceback"},
        "heartbeats": {
            "()": "waproject.workers.logs.Without",
            "text": "waproject.workers.jobs.heartbeat",
        },
    },
}
