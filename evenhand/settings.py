"""Django's settings, derived from the operator's configuration."""

import os
from urllib.parse import urlsplit

from evenhand.configuration import Configuration, read_configuration
from evenhand.database import django_database

EVENHAND: Configuration = read_configuration(os.environ)

SECRET_KEY = EVENHAND.secret_key
DEBUG = False
ROOT_URLCONF = "evenhand.urls"
WSGI_APPLICATION = "evenhand.wsgi.application"
AUTH_USER_MODEL = "evenhand.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
# More would mix: Django and allauth speak many languages, the portal's own words only this one so far.
LANGUAGES = [("en", "English")]

_public = urlsplit(EVENHAND.public_url)
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *EVENHAND.public_hosts,
    *([_public.hostname] if _public.hostname else []),
]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"] if _public.netloc else []

INSTALLED_APPS = [
    "evenhand",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "evenhand.portal.security.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "evenhand.portal.context.marketplace",
            ],
            "libraries": {"portal": "evenhand.portal.tags"},
        },
    }
]

DATABASES = {"default": django_database(EVENHAND.database_url)}
# The hot path opens its own psycopg connections from the same address.
DATABASE_CONNINFO = EVENHAND.database_url

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "inbox"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "evenhand.portal.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
# Sign-up is closed, but allauth offers a password at sign-in only if sign-up would have asked for one.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Nobody can add an address to their account: it is the marketplace's to say whose address is whose, and an added one
# could wait for its true owner to come. So each way in has already been proved by the mailbox: a code, or a password
# that was set behind one.
ACCOUNT_MAX_EMAIL_ADDRESSES = 1
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
# A mail also to those who have no account: the page takes as long for them, and they learn why no code came.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = EVENHAND.marketplace
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not EVENHAND.public_url.startswith("https://")

_secure = EVENHAND.public_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_NAME = "__Host-session" if _secure else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _secure else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
SECURE_HSTS_SECONDS = 31536000 if _secure else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# The portal allows ten and says so kindly; Django's own limit throws away what was typed.
DATA_UPLOAD_MAX_NUMBER_FILES = 50
CSRF_FAILURE_VIEW = "evenhand.portal.errors.csrf_failure"

STATIC_URL = "/static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(EVENHAND.data)}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "blobs": {
        "BACKEND": EVENHAND.blob_storage or "evenhand.record.blobs.DurableFileStorage",
        "OPTIONS": dict(EVENHAND.blob_options) if EVENHAND.blob_storage else {"location": str(EVENHAND.data / "blobs")},
    },
}

# The ways out, by dotted path, so that no room imports a connector.
if EVENHAND.direct:
    CHANNEL = "evenhand.connectors.exchanger.Exchanger"
elif EVENHAND.demo and EVENHAND.smarthost is None:
    CHANNEL = "evenhand.demo.mailbox.Mailbox"
else:
    CHANNEL = "evenhand.connectors.smarthost.Smarthost"
AUTHENTICATOR = "evenhand.connectors.authentication.by_settings"
SCANNER = "evenhand.connectors.scanner.by_settings"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
EMAIL_BACKEND = "evenhand.relay.notices.EmailBackend"
DEFAULT_FROM_EMAIL = f"no-reply@{EVENHAND.domain}"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"outage": {"()": "evenhand.relay.outage.OneLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["outage"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "evenhand": {"level": "INFO"},
        # While the database is away these say so many times a second; we say it once in a while.
        "psycopg.pool": {"level": "ERROR"},
        "procrastinate": {"level": "ERROR"},
        # It writes a traceback of the mails it does not understand; that it did not is no news.
        "flufl.bounce": {"level": "CRITICAL"},
    },
}
