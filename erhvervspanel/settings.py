"""Settings of the portal, read from the environment.

Every variable is listed with a line each in `.env.example`. A missing or bad value stops the start with a
sentence that names it (`ImproperlyConfigured`).
"""

import ipaddress
import sys
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
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

    Raises ImproperlyConfigured, naming the variable, where production lacks it.
    """
    value = env.str(name, default="")
    if value:
        return value
    if DEBUG or DEMO:
        return example
    raise ImproperlyConfigured(f"Miljøvariablen {name} mangler. Se .env.example.")


def day(name: str) -> date | None:
    """The day that `name` says, or None. Raises ImproperlyConfigured, naming the variable, where it is none."""
    value = env.str(name, default="")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ImproperlyConfigured(
            f"Miljøvariablen {name} skal være en dag, for eksempel 2027-05-01."
        ) from None


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The networks that `name` lists. Raises ImproperlyConfigured, naming the variable, where one is none."""
    try:
        return [ipaddress.ip_network(each) for each in env.list(name, default=[])]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"Miljøvariablen {name} skal være netværk med komma imellem, for eksempel 10.20.0.0/16: {error}"
        ) from None


# -- Addresses and secrets -------------------------------------------------------------------------------------
SECRET_KEY = required("SECRET_KEY", example="kun-til-demonstration-og-udvikling-aldrig-i-drift")
SECRET_KEY_FALLBACKS = env.list(
    "SECRET_KEY_FALLBACKS", default=[]
)  # keys that links and log-ins were made with
SITE_URL = required("SITE_URL", example="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG or DEMO else []
)
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
if DEBUG or TESTING:
    INSTALLED_APPS += ["django_linear_migrations"]

MIDDLEWARE = [
    # Before all that may refuse a request: the refusal gets their headers too.
    "erhvervspanel.foundation.guarded_responses.GuardedResponseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
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
]

ROOT_URLCONF = "erhvervspanel.urls"
WSGI_APPLICATION = "erhvervspanel.wsgi.application"
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
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["dkfds"]
CRISPY_TEMPLATE_PACK = "dkfds"

# -- Database --------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL")}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL skal pege på PostgreSQL (postgres://…).")
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Compiling a page's statement takes longer than running it.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c jit=off"

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}

# -- Language and time -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "da"
LANGUAGES = [("da", "Dansk")]
LOCALE_PATHS = [BASE_DIR / "locale"]
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
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if SITE_IS_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SITE_IS_HTTPS
# How many proxies of our own stand in front. So many are believed about who the client is (foundation/throttle.py).
proxies = env.str("BEHIND_PROXY", default="") or "0"
if not proxies.isdecimal():
    raise ImproperlyConfigured("BEHIND_PROXY skal være antallet af proxyer foran portalen, for eksempel 1.")
BEHIND_PROXY = int(proxies)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Bytes. The longest form of the public, with a name for each of a large party, is a tenth of it.
LARGEST_PUBLIC_FORM = 64 * 1024
# For staff: an event with its programme and long texts is a tenth of it. Uploaded files do not count.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# For staff, uploaded files included: more than any of the pages that take one lets through.
LARGEST_STAFF_FORM = 32 * 1024 * 1024
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
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=120)
SESSION_HOURS = env.int("SESSION_HOURS", default=12)
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
}
# The municipality's own log-in by OpenID Connect, where there is one. Its groups give the roles.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
OIDC_NAME = env.str("OIDC_NAME", default="Rudersdal Kommune")
OIDC_GROUPS_CLAIM = env.str("OIDC_GROUPS_CLAIM", default="groups")
OIDC_ROLES = env.dict("OIDC_ROLES", default={})  # a group of theirs=a role of ours
SOCIALACCOUNT_ADAPTER = "erhvervspanel.foundation.accounts.adapters.MunicipalAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "kommunen",
                "name": OIDC_NAME,
                "client_id": env.str("OIDC_CLIENT_ID", default=""),
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
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
DEFAULT_FROM_EMAIL = required("DEFAULT_FROM_EMAIL", example="Erhvervspanel <noreply@example.org>")
REPLY_TO_EMAIL = required("REPLY_TO_EMAIL", example="erhvervspanel@example.org")

# -- What only the municipality can settle (docs/operations.md) ------------------------------------------------
WAS_URL = required("WAS_URL", example="https://www.was.digst.dk/eksempel")
ACCESSIBILITY_EMAIL = required("ACCESSIBILITY_EMAIL", example="tilgaengelighed@example.org")
ACCESSIBILITY_PHONE = required("ACCESSIBILITY_PHONE", example="00 00 00 00")
DPO_EMAIL = required("DPO_EMAIL", example="dpo@example.org")
SECURITY_CONTACT = required("SECURITY_CONTACT", example="mailto:sikkerhed@example.org")
# Until when security.txt holds: somebody has then looked it over, and sets the next day. Without one there is no such file.
SECURITY_REVIEW_BY = day("SECURITY_REVIEW_BY")
SECURITY_POLICY_URL = env.str("SECURITY_POLICY_URL", default="")

# -- Links (erhvervspanel/foundation/public_web.py) ---------------------------------------------------------------
# Networks of our own that services' links may lead to: a municipality may have its own web site inside.
LINK_CHECK_NETWORKS = networks("LINK_CHECK_NETWORKS")

# -- The Central Business Register (panels/cvr) ----------------------------------------------------------------
CVR_BACKEND = env.str("CVR_BACKEND", default="fixture" if DEMO else "null")
if CVR_BACKEND not in ("null", "fixture", "virk"):
    raise ImproperlyConfigured("CVR_BACKEND skal være null, fixture eller virk.")
CVR_URL = env.str("CVR_URL", default="http://distribution.virk.dk/cvr-permanent/virksomhed/_search")
CVR_CREDENTIALS = env.str("CVR_CREDENTIALS", default="")
if CVR_BACKEND == "virk" and ":" not in CVR_CREDENTIALS:
    raise ImproperlyConfigured("CVR_CREDENTIALS skal være bruger:adgangskode, når CVR_BACKEND er virk.")

# -- History ---------------------------------------------------------------------------------------------------
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# -- Logs ------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # It tells every letter that it puts into a PDF: on badges those are people's names.
    "loggers": {"fontTools": {"level": "WARNING"}},
}
