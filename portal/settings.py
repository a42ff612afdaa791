"""Settings, fed by the environment alone. The table of variables stands in docs/operating.md."""

import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from outbox import email_url
from portal.redis_url import with_database

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = (BASE_DIR / env.str("DATA_DIR", default="var")).resolve()

# A data folder that `make run` prepared says so itself, so that `manage.py` works in a clone
# where nothing is configured. A production folder never holds this file.
DEMO_MARK = DATA_DIR / "demo-password"
REQUIRED = ("SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "EMAIL_URL")
unconfigured = not any(name in env.ENVIRON for name in (*REQUIRED, "DATABASE_URL", "REDIS_URL"))

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=unconfigured and not DEBUG and DEMO_MARK.exists())

if not DEMO and not DEBUG:
    missing = [name for name in REQUIRED if not env.str(name, default="").strip()]
    if missing:
        raise ImproperlyConfigured(
            f"Miljøvariabler mangler: {', '.join(missing)}. Sett dem (tabellen står i "
            "docs/operating.md), eller sett DEMO=1 for å prøve portalen på egen maskin."
        )


def local_secret_key() -> str:
    """The key of a demo or development folder; made by `manage.py prepare`, kept in DATA_DIR."""
    path = DATA_DIR / "secret-key"
    return path.read_text().strip() if path.exists() else secrets.token_urlsafe(50)


PORT = env.int("PORT", default=8000)
SECRET_KEY = env.str("SECRET_KEY", default="") or local_secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
BASE_URL = env.str("BASE_URL", default="").rstrip("/") or f"http://localhost:{PORT}"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
HTTPS = BASE_URL.startswith("https://")
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

INSTALLED_APPS = [
    "portal",
    "home",
    "activity",
    "lobbying",
    "priorities",
    "memberorgs",
    "content",
    "geography",
    "outbox",
    "foundation.audit",
    "foundation.tokens",
    "foundation.jobs",
    "foundation.intake",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "memberorgs.user_list_config.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "portal.middleware.CacheControlMiddleware",
    "portal.middleware.HeadersMiddleware",
    "portal.middleware.PolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.CompressionMiddleware",
    "content.languages.LanguageMiddleware",
    "portal.middleware.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "memberorgs.account.middleware.SessionLifetimeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.AdminDoorMiddleware",
    "portal.middleware.HalfFormMiddleware",
    "portal.middleware.ExportMiddleware",
    "memberorgs.account.middleware.SecondFactorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "portal.context.portal",
            ],
        },
    },
]

# Database. SQLite as reliability and speed on one machine ask for: WAL, writers queue from BEGIN
# on, and FULL, since the outbox's marks must survive a power cut.
DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")
}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
# To open a connection and set it up takes longer than most pages' queries, on SQLite too.
DATABASES["default"]["CONN_MAX_AGE"] = 60
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    # Compiling a query of a page takes longer than the query. A misspelt word resembles another
    # from half of its letters on.
    DATABASES["default"]["OPTIONS"].setdefault(
        "options", "-c jit=off -c pg_trgm.word_similarity_threshold=0.5"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis. One server, own database numbers; everything that needs it goes on without it.
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379")
CACHES = {
    "default": {
        "BACKEND": "portal.cache.RedisOrProcessCache",
        "LOCATION": with_database(REDIS_URL, env.int("REDIS_CACHE_DB", default=1)),
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

CELERY_BROKER_URL = with_database(REDIS_URL, env.int("REDIS_BROKER_DB", default=0), celery=True)
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, float] = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # With Redis away, kombu would block each publish for 6 s whatever `retry` says.
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_TIMEZONE = "Europe/Oslo"
CELERY_ENABLE_UTC = True

# People and log-in. One door at /konto/; Wagtail's and Django's own log-in pages are off.
AUTH_USER_MODEL = "memberorgs.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"
ACCOUNT_ADAPTER = "memberorgs.adapter.AccountAdapter"
ACCOUNT_FORMS = {"request_login_code": "memberorgs.account.forms.CodeForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 180
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# allauth's own change of address asks the new address only: ours (memberorgs.account) asks both.
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# amount/period/per: `ip` the network address, `key` the account, `user` the one logged in. Guessing
# passwords of an account stops passwords for it, never codes, so nobody can lock its owner out.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,3/m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "change_email": "5/h/user",
    # All addresses and accounts together.
    "everybody_login": "600/m/key",
    "everybody_codes": "600/h/key",
}
# Answers about codes take at least this long, known address or not (seconds).
EVEN_ANSWER_SECONDS = 0.3
# Behind a proxy, rate limits count the address that it saw, not its own.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TRUSTED_PROXIES else 0

# Second factors. A passkey asks for finger, face or PIN, so it counts as two. All who have a log-in
# were given it at their address, so there is nothing to verify first.
MFA_ADAPTER = "memberorgs.account.mfa_adapter.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "memberorgs.account.factor_forms.AddKeyForm",
    "edit_webauthn": "memberorgs.account.factor_forms.RenameKeyForm",
    "login_webauthn": "memberorgs.account.factor_forms.LogInKeyForm",
    "authenticate_webauthn": "memberorgs.account.factor_forms.SecondStepKeyForm",
    "reauthenticate_webauthn": "memberorgs.account.factor_forms.ConfirmKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "NSO"
MFA_RATE_LIMITS = {"webauthn_login": "10/m/ip"}
# Before /admin/: staff, publishers and admins. The demo only says that it would be asked for.
REQUIRE_SECOND_FACTOR = not DEMO

# OpenID Connect (Feide is one): all four or none. It opens log-ins that are there, and makes none.
OIDC = {
    name: env.str(f"OIDC_{name}", default="").strip()
    for name in ("NAME", "ISSUER", "CLIENT_ID", "CLIENT_SECRET")
}
if any(OIDC.values()) and not all(OIDC.values()):
    missing = [f"OIDC_{name}" for name, value in OIDC.items() if not value]
    raise ImproperlyConfigured(
        f"Innlogging med OpenID Connect er halvferdig: {', '.join(missing)} mangler. Sett alle "
        "fire (OIDC_NAME, OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET), eller ingen."
    )
if OIDC["ISSUER"] and not (DEMO or DEBUG or OIDC["ISSUER"].startswith("https://")):
    raise ImproperlyConfigured("OIDC_ISSUER må begynne med https://.")
OIDC_ENABLED = all(OIDC.values())
if OIDC_ENABLED:
    # Only then: its libraries take memory in each process.
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
SOCIALACCOUNT_ADAPTER = "memberorgs.account.oidc.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC["NAME"],
                "client_id": OIDC["CLIENT_ID"],
                "secret": OIDC["CLIENT_SECRET"],
                "settings": {"server_url": OIDC["ISSUER"].rstrip("/")},
            }
        ],
    }
}

# Sessions (seconds). The row's own date is renewed at most once an hour, so a session ends up to
# an hour before its time is out.
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_IDLE_IN_ADMIN = 12 * 3600
SESSION_LIFETIME = 90 * 24 * 3600
SESSION_REFRESH = 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # Wagtail's admin script reads it
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else f"session-{PORT}"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else f"csrf-{PORT}"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"

# Mail: every message of any library becomes a row of the outbox; the worker hands it over.
# The address itself is no setting, since error pages show settings and it may hold a password.
try:
    _mail = email_url.read(env.str("EMAIL_URL", default="") or (DATA_DIR / "mail").as_uri())
except ValueError as error:
    raise ImproperlyConfigured(f"EMAIL_URL: {error}") from None
MAIL_SERVER = _mail if isinstance(_mail, email_url.MailServer) else None
MAIL_DIR = _mail if isinstance(_mail, Path) else DATA_DIR / "mail"
# How many mails that can wait may go out in a minute; 0: any number. Codes are not counted.
MAIL_PER_MINUTE = env.int("MAIL_PER_MINUTE", default=0)
EMAIL_BACKEND = "outbox.backend.OutboxBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="NSO <ikke-svar@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Headers (measured targets stand in docs/decisions/).
SECURE_HSTS_SECONDS = 63072000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^helse/"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
# Wagtail's admin writes inline scripts and styles and shows previews in frames of its own.
ADMIN_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
    "object-src": [NONE],
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
}
# HSTS preload is a promise for a whole domain, so it is the operator's: docs/decisions/.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

# What a request may carry, in bytes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
BODY_LIMIT_ADMIN = DATA_UPLOAD_MAX_MEMORY_SIZE
BODY_LIMIT_PUBLIC = 1024 * 1024
# One attachment of 20 MB and the form around it, at addresses below which members attach files.
# Only for those who show a session; the address stands without its language.
BODY_LIMIT_UPLOAD = 21 * 1024 * 1024
UPLOAD_ADDRESSES = r"/medlem/[^/]+/(?:logg|rapporter|hjelp)/"

# Language, time, numbers. The URL decides the language; bokmål has no prefix.
LANGUAGE_CODE = "nb"
LANGUAGES = [
    ("nb", _("Norwegian bokmål")),
    ("nn", _("Norwegian nynorsk")),
    ("en", _("English")),
]
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
# Wagtail itself speaks no nynorsk.
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES[:1]
# What is sent to translation begins as a draft: until its texts are translated it is a copy.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# A page that is deleted takes its texts along; no machine translates (no setting, no service).
WAGTAILLOCALIZE_DISABLE_ON_DELETE = False
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "portal.formats"
# As Norwegians write dates, also in the admin's date pickers.
WAGTAIL_DATE_FORMAT = "%d.%m.%Y"
WAGTAIL_DATETIME_FORMAT = "%d.%m.%Y %H:%M"
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default="") or DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "assets"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
# What members attach: outside all that is served, handed out by a view that asks who may read it.
ATTACHMENT_ROOT = DATA_DIR / "attachments"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Whom to tell about a hole; empty: the organisation's e-mail address.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")

WAGTAIL_SITE_NAME = "NSO"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILIMAGES_IMAGE_FORM_BASE = "content.forms.PortalImageForm"
WAGTAILIMAGES_IMAGE_MODEL = "content.PortalImage"
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_DOCUMENT_MODEL = "content.PortalDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "odt", "xlsx", "ods", "csv", "txt"]
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "portal_norwegian"}
}

# Whoever has accepted a term that has not begun may read: overlap is how handover works.
INCOMING_MAY_READ = env.bool("INCOMING_MAY_READ", default=True)

# How long things are kept, in days (source: docs/personvern-vurdering.md). One registry
# (foundation/audit/retention.py) feeds the nightly job, the docs and /personvern/.
RETENTION_DAYS = {
    code: env.int(f"RETENTION_{code.upper()}", default=days)
    for code, days in {
        "invitation": 30,
        "access_request": 90,
        "removed_contact": 30,
        "removed_entry": 30,
        "removed_date": 30,
        "organisation_import": 7,
        "outbox_text": 30,
        "outbox_row": 400,
        "ended_person": 180,
        "audit": 400,
        "draft": 30,
        "submission": 30,
        "loose_file": 1,
        "session": 1,
        "failed_log_in": 1,
        "backup": 35,
    }.items()
}

# Logs: lines for people at the desk, JSON in production; never personal data.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "people": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "portal.logs.JsonFormatter"},
    },
    "filters": {"without_secrets": {"()": "portal.logs.WithoutSecrets"}},
    "handlers": {
        "stream": {
            "class": "logging.StreamHandler",
            "filters": ["without_secrets"],
            "formatter": "people" if DEMO or DEBUG else "json",
        }
    },
    "root": {"handlers": ["stream"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "celery": {"propagate": True},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
    },
}
