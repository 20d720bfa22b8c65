"""Settings of the portal, read from the environment.

Every variable is listed with a line each in `.env.example`. A missing or bad value stops the start with a
sentence that names it (`BadSetting`, environment.py).
"""

import ipaddress
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from erhvervspanel import environment
from erhvervspanel.databases import database
from erhvervspanel.environment import BadSetting, Environment

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment()
env_file = BASE_DIR / ".env"
if env_file.exists():
    env.read_env(env_file)

# -- Mode ------------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# The demonstration that `make run` serves: example data, a banner, and log-in without a second factor.
DEMO = env.bool("DEMO", default=False)
TESTING = "pytest" in sys.modules


def required(name: str, *, example: str) -> str:
    """The value of `name`, which only a demonstration or DEBUG may leave out.

    Raises BadSetting, naming the variable, where production lacks it.
    """
    return env.str(name, default=example) if DEBUG or DEMO else env.str(name)


def day(name: str) -> date | None:
    """The day that `name` says, or None. Raises BadSetting, naming the variable, where it is none."""
    value = env.str(name, default="")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise BadSetting(f"{name} skal være en dag, for eksempel 2027-05-01.") from None


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The networks that `name` lists. Raises BadSetting, naming the variable, where one is none."""
    try:
        return [ipaddress.ip_network(each) for each in env.list(name, default=[])]
    except ValueError:
        raise BadSetting(f"{name} skal være netværk med komma imellem, for eksempel 10.20.0.0/16.") from None


# -- Addresses and secrets -------------------------------------------------------------------------------------
SECRET_KEY = required("SECRET_KEY", example="kun-til-demonstration-og-udvikling-aldrig-i-drift")
SECRET_KEY_FALLBACKS = env.list(
    "SECRET_KEY_FALLBACKS", default=[]
)  # keys that links and log-ins were made with
SITE_URL = environment.web_address(
    "SITE_URL",
    required("SITE_URL", example="http://127.0.0.1:8000").rstrip("/"),
    schemes=("https", "http"),
    page=False,
)
ALLOWED_HOSTS = environment.host_names(
    "ALLOWED_HOSTS",
    env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG or DEMO else []),
)
if DEBUG:
    environment.debug_at_home([environment.bracketed(urlsplit(SITE_URL).hostname), *ALLOWED_HOSTS])
if not (DEBUG or DEMO):
    environment.site_and_hosts(SITE_URL, ALLOWED_HOSTS)
    for key in (SECRET_KEY, *SECRET_KEY_FALLBACKS):
        environment.strong_secret("SECRET_KEY" if key == SECRET_KEY else "SECRET_KEY_FALLBACKS", key)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SITE_IS_HTTPS = SITE_URL.startswith("https://")

# -- Applications ----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "erhvervspanel.portal",
    "events",
    "initiatives",
    "ideas",
    "panels",
    "erhvervspanel.foundation",
    "erhvervspanel.foundation.admin_site.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "simple_history",
]
if (DEBUG or TESTING) and find_spec(
    "django_linear_migrations"
):  # for development alone, so production has it not
    INSTALLED_APPS += ["django_linear_migrations"]

MIDDLEWARE = [
    "erhvervspanel.foundation.monitoring.requests.MonitoringMiddleware",
    # Before all that may refuse a request: the refusal gets their headers too.
    "erhvervspanel.foundation.guarded_responses.GuardedResponseMiddleware",
    "erhvervspanel.foundation.content_policy.ContentPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    # Outside what costs time, inside what adds headers to every response.
    "erhvervspanel.foundation.page_cache.middleware.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Knows who is logged in, and comes before anything reads the body.
    "erhvervspanel.foundation.plain_requests.PlainRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "erhvervspanel.foundation.accounts.gate.StaffGate",
    "simple_history.middleware.HistoryRequestMiddleware",
    "erhvervspanel.foundation.pages.MovedMiddleware",
    "erhvervspanel.foundation.outages.OutageMiddleware",
]

ROOT_URLCONF = "erhvervspanel.urls"
WSGI_APPLICATION = "erhvervspanel.wsgi.application"
# At the top of its host, as SITE_URL is, whatever a server in front says of a path before it.
FORCE_SCRIPT_NAME = ""
AUTH_USER_MODEL = "foundation.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "erhvervspanel.foundation.context.site",
            ],
            "builtins": ["erhvervspanel.foundation.templatetags.links"],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "compiled",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "erhvervspanel.foundation.compiled_templates.environment"},
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["dkfds"]
CRISPY_TEMPLATE_PACK = "dkfds"

# -- Database --------------------------------------------------------------------------------------------------
connection_age = env.number("CONN_MAX_AGE", default=600)
DATABASES = {
    "default": {
        **database("DATABASE_URL", env.db("DATABASE_URL"), max_age=connection_age, writes=True),
        "CONN_HEALTH_CHECKS": True,
    }
}
# A copy that follows behind, where there is one. What reads it, and when, is in foundation/replicas.py, which probes it itself.
if env.str("REPLICA_DATABASE_URL", default=""):
    # Kept for a minute at most, so that a standby that has become the primary is not read from for long.
    DATABASES["replica"] = database(
        "REPLICA_DATABASE_URL",
        env.db("REPLICA_DATABASE_URL"),
        max_age=min(connection_age, 60),
        writes=False,
    )
    DATABASE_ROUTERS = ["erhvervspanel.foundation.replicas.Router"]
    MIDDLEWARE.append("erhvervspanel.foundation.replicas.ReplicaMiddleware")  # the last, as it says

# -- Cache -----------------------------------------------------------------------------------------------------
# All processes must share it, or a log-in's code works once in each. The table is made by a migration.
CACHES = {
    "default": env.cache(
        "CACHE_URL", default="locmemcache://" if DEBUG or TESTING else "dbcache://foundation_cache"
    )
}

# -- Pages that are kept (foundation/page_cache) ---------------------------------------------------------------
# Megabytes in each process; 0 keeps none. With DEBUG a changed template is to be seen at once.
PAGE_CACHE_BYTES = env.number("PAGE_CACHE_MB", default=0 if DEBUG else 8) * 1_000_000

# -- Language and time -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "da"
LANGUAGES = [("da", "Dansk")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["erhvervspanel.formats"]
TIME_ZONE = "Europe/Copenhagen"
USE_I18N = True
USE_TZ = True

# -- Static files ----------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        # Tests read the files where they stand; tests/served tests them as production serves them.
        if DEBUG or TESTING
        else "erhvervspanel.foundation.static_files.BundlingStorage"
    },
}

# -- Uploaded files (foundation/documents) ---------------------------------------------------------------------
# A folder of this machine, file:///srv/media, or object storage that all share, s3://bucket. Nobody but the portal reads there.
media = urlsplit(env.str("MEDIA_URL", default="") or f"file://{BASE_DIR / 'var' / 'media'}")
object_storage = {
    "AWS_ACCESS_KEY_ID": env.str("AWS_ACCESS_KEY_ID", default=""),
    "AWS_SECRET_ACCESS_KEY": env.str("AWS_SECRET_ACCESS_KEY", default=""),
    "AWS_S3_ENDPOINT_URL": env.str("AWS_S3_ENDPOINT_URL", default=""),
    "AWS_S3_REGION_NAME": env.str("AWS_S3_REGION_NAME", default=""),
}
if media.scheme == "file" and not media.netloc and len(media.path) > 1:
    MEDIA_ROOT = Path(unquote(media.path))
    if any(object_storage.values()) and not (DEBUG or DEMO):
        told = ", ".join(name for name, value in object_storage.items() if value)
        raise BadSetting(f"{told} er sat, men MEDIA_URL peger ikke på s3://…. Sæt begge eller ingen.")
elif media.scheme == "s3" and media.netloc:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        if not object_storage[name]:
            raise BadSetting(f"{name} mangler, når MEDIA_URL er s3://…. Se .env.example.")
    if find_spec("storages") is None:
        raise BadSetting(
            "Objektlager kræver pakkerne i requirements/object-storage.txt. Installér dem, eller ret MEDIA_URL."
        )
    STORAGES["default"] = {
        "BACKEND": "erhvervspanel.foundation.object_storage.ObjectStorage",
        "OPTIONS": {
            "bucket_name": media.netloc,
            "location": media.path.strip("/"),
            "access_key": object_storage["AWS_ACCESS_KEY_ID"],
            "secret_key": object_storage["AWS_SECRET_ACCESS_KEY"],
            "endpoint_url": object_storage["AWS_S3_ENDPOINT_URL"] or None,
            "region_name": object_storage["AWS_S3_REGION_NAME"] or None,
        },
    }
else:
    raise BadSetting("MEDIA_URL skal være file:///mappe eller s3://spand.")
# Bytes. A document is read into memory while it is looked over.
LARGEST_DOCUMENT = env.number("LARGEST_DOCUMENT_MB", default=20, least=1) * 1_000_000

# -- Backups (foundation/backups) ------------------------------------------------------------------------------
# Only the processes that make and restore backups need the keys.
BACKUP_KEY = env.str("BACKUP_KEY", default="")
BACKUP_KEY_FALLBACKS = env.list("BACKUP_KEY_FALLBACKS", default=[])
BACKUP_FOLDER = Path(env.str("BACKUP_FOLDER", default=str(BASE_DIR / "var" / "backups")))
# Days that a backup is kept at most, and that it is remembered who was erased.
BACKUP_DAYS = env.number("BACKUP_DAYS", default=35, least=1, most=3650)

# -- Security --------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Lax, as the municipality's log-in and the code at the door lead here from elsewhere.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if SITE_IS_HTTPS:  # so that no other site of the municipality's can set them (RFC 6265bis, 4.1.3.2)
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=SITE_IS_HTTPS)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]  # asked on the machine itself
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", default=31_536_000 if SITE_IS_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SITE_IS_HTTPS
# How many proxies of our own stand in front. So many are believed about who the client is (foundation/throttle.py).
BEHIND_PROXY = env.number("BEHIND_PROXY", default=0)
if SECURE_SSL_REDIRECT and not (BEHIND_PROXY or DEBUG):
    raise BadSetting(
        "BEHIND_PROXY er 0, men http sendes videre til https, som kun en proxy kan tage imod: Siden ville aldrig vise sig. Sæt "
        "BEHIND_PROXY til antallet af proxyer foran portalen, for eksempel 1."
    )
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Bytes. The longest form of the public, with a name for each of a large party, is a tenth of it.
LARGEST_PUBLIC_FORM = 64 * 1024
# For staff: an event with its programme and long texts is a tenth of it. Uploaded files do not count.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# For staff, uploaded files included: more than any of the pages that take one lets through.
LARGEST_STAFF_FORM = max(32 * 1024 * 1024, LARGEST_DOCUMENT + 1024 * 1024)
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# The table of answers sends eight fields for each idea, and an agenda may hold some hundreds.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}}
]

# -- Staff's log-in (foundation/accounts) ----------------------------------------------------------------------
# A code or a passkey besides the password. The demonstration does without, and says so on every page of the back office.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=not DEMO)
# Minutes without a request, and hours in all, after which one logs in again.
SESSION_IDLE_MINUTES = env.number("SESSION_IDLE_MINUTES", default=120, least=1, most=1440)
SESSION_HOURS = env.number("SESSION_HOURS", default=12, least=1, most=168)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "erhvervspanel.foundation.accounts.adapters.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_FORMS = {"login": "erhvervspanel.foundation.accounts.forms.LogInForm"}
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # ours are in the database (foundation/throttle.py)
MFA_ADAPTER = "erhvervspanel.foundation.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Erhvervspanel"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE_IS_HTTPS
MFA_FORMS = {
    "authenticate": "erhvervspanel.foundation.accounts.forms.CodeForm",
    "reauthenticate": "erhvervspanel.foundation.accounts.forms.CodeAgainForm",
    "activate_totp": "erhvervspanel.foundation.accounts.forms.ActivateAppForm",
}
# The municipality's own log-in by OpenID Connect, where there is one. Its groups give the roles.
OIDC_SERVER_URL = environment.web_address("OIDC_SERVER_URL", env.str("OIDC_SERVER_URL", default=""))
if OIDC_SERVER_URL and DEMO:
    raise BadSetting("OIDC_SERVER_URL hører ikke til i en demonstration. Sæt DEMO=false, eller fjern den.")
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = (
    env.str(name) if OIDC_SERVER_URL else "" for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
)
OIDC_NAME = env.str("OIDC_NAME", default="Rudersdal Kommune")
OIDC_GROUPS_CLAIM = env.str("OIDC_GROUPS_CLAIM", default="groups")
# Whether an address counts as verified where the log-in does not say (email_verified): Entra ID and AD FS leave that out.
OIDC_EMAIL_VERIFIED = env.bool("OIDC_EMAIL_VERIFIED", default=False)
OIDC_ROLES = env.dict("OIDC_ROLES", default={})  # a group of theirs=a role of ours
SOCIALACCOUNT_ADAPTER = "erhvervspanel.foundation.accounts.adapters.MunicipalAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "kommunen",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}
if OIDC_SERVER_URL:  # the form that leads there is redirected, which the policy looks at too
    origin = urlsplit(OIDC_SERVER_URL)
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(f"{origin.scheme}://{origin.netloc}")

# -- Mail ------------------------------------------------------------------------------------------------------
vars().update(env.email("EMAIL_URL", default="consolemail://"))
if not (DEBUG or DEMO or TESTING):
    environment.real_mail_server("EMAIL_URL")
# Seconds for each answer of the mail server: well within a mail's lease, and within what a stop of a worker waits for.
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = environment.mail_address(
    "DEFAULT_FROM_EMAIL", required("DEFAULT_FROM_EMAIL", example="Erhvervspanel <noreply@example.org>")
)
REPLY_TO_EMAIL = environment.mail_address(
    "REPLY_TO_EMAIL", required("REPLY_TO_EMAIL", example="erhvervspanel@example.org")
)

# -- What only the municipality can settle (docs/operations.md) ------------------------------------------------
WAS_URL = environment.web_address("WAS_URL", required("WAS_URL", example="https://www.was.digst.dk/eksempel"))
ACCESSIBILITY_EMAIL = environment.mail_address(
    "ACCESSIBILITY_EMAIL", required("ACCESSIBILITY_EMAIL", example="tilgaengelighed@example.org")
)
ACCESSIBILITY_PHONE = required("ACCESSIBILITY_PHONE", example="00 00 00 00")
# The edition that the statement in the WAS-Tool declares. What the law refers to, EN 301 549 v3.2.1, asks for 2.1.
DECLARED_WCAG = environment.choice("DECLARED_WCAG", env.str("DECLARED_WCAG", default="2.1"), ("2.1", "2.2"))
# What others may use the open data by (portal/open_data).
DATA_LICENCE = environment.licence(
    "DATA_LICENCE",
    env.str("DATA_LICENCE", default="CC0 1.0 https://creativecommons.org/publicdomain/zero/1.0/deed.da"),
)
DPO_EMAIL = environment.mail_address("DPO_EMAIL", required("DPO_EMAIL", example="dpo@example.org"))
# Days after an event that those registered are known by name, where the event says nothing else; and who has approved that, and
# what else is deleted, under the law on archives. Without an approval `check --deploy` asks for one.
LONGEST_RETENTION_DAYS = 730  # for any event
RETENTION_DAYS = env.number("RETENTION_DAYS", default=90, least=1, most=LONGEST_RETENTION_DAYS)
RETENTION_APPROVED = env.str("RETENTION_APPROVED", default="")
SECURITY_CONTACT = environment.contact(
    "SECURITY_CONTACT", required("SECURITY_CONTACT", example="mailto:sikkerhed@example.org")
)
# Until when security.txt holds: somebody has then looked it over, and sets the next day. Without one it holds for a
# quarter of a year at a time, and `check --deploy` asks for one.
SECURITY_REVIEW_BY = day("SECURITY_REVIEW_BY")
SECURITY_POLICY_URL = environment.web_address(
    "SECURITY_POLICY_URL", env.str("SECURITY_POLICY_URL", default="")
)

# -- Links (erhvervspanel/foundation/public_web.py) ---------------------------------------------------------------
# Networks of our own that services' links may lead to: a municipality may have its own web site inside.
LINK_CHECK_NETWORKS = networks("LINK_CHECK_NETWORKS")

# -- The Central Business Register (panels/cvr) ----------------------------------------------------------------
CVR_BACKEND = environment.choice(
    "CVR_BACKEND",
    env.str("CVR_BACKEND", default="fixture" if DEMO else "null"),
    ("null", "fixture", "virk"),
)
CVR_URL = environment.web_address(
    "CVR_URL",
    env.str("CVR_URL", default="http://distribution.virk.dk/cvr-permanent/virksomhed/_search"),
    schemes=("https", "http"),
)
CVR_CREDENTIALS = env.str("CVR_CREDENTIALS", default="")
if CVR_BACKEND == "virk" and ":" not in CVR_CREDENTIALS:
    raise BadSetting("CVR_CREDENTIALS skal være bruger:adgangskode, når CVR_BACKEND er virk.")

# -- History ---------------------------------------------------------------------------------------------------
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# -- Monitoring (foundation/monitoring) ------------------------------------------------------------------------
# Lines for people; production writes JSON.
READABLE_LOGS = DEBUG or DEMO
# Milliseconds that a statement may take before it is told of; 0 tells of none.
SLOW_QUERY_MS = env.number("SLOW_QUERY_MS", default=200)
# What Prometheus must show to read /metrics, which is not there without it.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise BadSetting("METRICS_TOKEN skal være på mindst 20 tegn.")
# Where errors are sent by Sentry's protocol, with nothing of whom they happened to; nowhere without it.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN and not (urlsplit(SENTRY_DSN).username and urlsplit(SENTRY_DSN).path.strip("/").isdecimal()):
    raise BadSetting("SENTRY_DSN skal ligne https://nøgle@vært/nummer.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "erhvervspanel.foundation.monitoring.logs.LineFormatter", "readable": READABLE_LOGS}
    },
    "filters": {"uncaught": {"()": "erhvervspanel.foundation.monitoring.logs.Uncaught"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        # What they tell of a request, its own line tells too; theirs repeats the address.
        "django.request": {"level": "ERROR", "filters": ["uncaught"]},
        "django.server": {"handlers": [], "level": "CRITICAL"},
        # In a demonstration the terminal is for what `make run` says.
        "erhvervspanel.requests": {"level": "WARNING" if DEMO else "INFO"},
        # It tells every letter that it puts into a PDF: on badges those are people's names.
        "fontTools": {"level": "WARNING"},
    },
}
