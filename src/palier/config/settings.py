"""Django's settings, read from the environment (`environment.py` lists and explains every variable)."""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF

from palier.base import limits
from palier.config import databases, environment
from palier.config.installed import INSTALLED_APPS as INSTALLED_APPS

PALIER_MODE = environment.mode()
PALIER_VAR = Path(environment.text("PALIER_VAR"))
PALIER_KEK_FILE = environment.folder("PALIER_KEK_FILE", "kek")
PALIER_STOCKAGE = environment.text("PALIER_STOCKAGE") or str(PALIER_VAR / "pieces")
PALIER_STOCKAGE_CLE = environment.text("PALIER_STOCKAGE_CLE")
PALIER_STOCKAGE_SECRET = environment.text("PALIER_STOCKAGE_SECRET")
PALIER_COURRIER = PALIER_VAR / "demo" / "courrier"
PALIER_SMTP_URL = environment.text("PALIER_SMTP_URL")
PALIER_ADRESSE = environment.text("PALIER_ADRESSE") or f"http://127.0.0.1:{environment.port()}"
PALIER_SMS_URL = environment.text("PALIER_SMS_URL")
PALIER_SMS_JETON = environment.text("PALIER_SMS_JETON")
PALIER_SIRENE_URL = environment.text("PALIER_SIRENE_URL")
PALIER_SIRENE_CLE = environment.text("PALIER_SIRENE_CLE")
PALIER_REGISTRE_URL = environment.text("PALIER_REGISTRE_URL")
PALIER_REGISTRE_CERTIFICAT = environment.text("PALIER_REGISTRE_CERTIFICAT")
PALIER_REGISTRE_CLE = environment.text("PALIER_REGISTRE_CLE")
PALIER_CLAMD = environment.text("PALIER_CLAMD")
PALIER_ANTIVIRUS_EXIGE = environment.flag("PALIER_ANTIVIRUS_EXIGE")
PALIER_DEUX_D_DOC = environment.text("PALIER_DEUX_D_DOC")
PALIER_OIDC_FILE = environment.text("PALIER_OIDC_FILE")
PALIER_FAULTS = environment.text("PALIER_FAULTS")
PALIER_TLS = environment.flag("PALIER_MANDATAIRE_TLS")
IS_PRODUCTION = PALIER_MODE == "production"
# Plain http on a loopback address: the demo, development and tests (promises.md BR-4).
IS_PLAIN_HTTP = not IS_PRODUCTION and not PALIER_TLS


def _secret_key() -> str:
    """The key given, or outside production a random one kept in a private file of this installation."""
    if given := environment.text("PALIER_SECRET_KEY"):
        return given
    if IS_PRODUCTION:
        raise environment.BadSetting("PALIER_SECRET_KEY est vide : en production, donnez une clé de 50 caractères.")
    PALIER_VAR.mkdir(parents=True, exist_ok=True)
    place = PALIER_VAR / "cle_de_session"
    try:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return place.read_text()
    key = secrets.token_urlsafe(64)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(key)
    return key


def _hosts() -> list[str]:
    given = [name.strip() for name in environment.text("PALIER_HOTES").split(",") if name.strip()]
    if not given and IS_PRODUCTION:
        raise environment.BadSetting("PALIER_HOTES est vide : en production, donnez les noms d’hôte servis.")
    return given if IS_PRODUCTION else ["localhost", "127.0.0.1", "[::1]", *given]


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = _hosts()
DATABASES = databases.databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "palier.config.urls"
WSGI_APPLICATION = "palier.config.wsgi.application"

MIDDLEWARE = [
    # Outermost: their headers are on the refusals of all that follows, an unknown host included.
    "palier.portals.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "palier.portals.middleware.ActorMiddleware",
    "palier.portals.middleware.PolicyMiddleware",
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
                "palier.portals.demo.context.strip",
            ]
        },
    }
]

# Cache and sessions are rows: shared by every process, revoked at their commit.
# The counters of calls live here: too small a table would drop them, and the limits with them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "palier_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Language and time.
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = USE_I18N = USE_THOUSAND_SEPARATOR = True

# Accounts.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "palier.config.passwords.MaximumLengthValidator", "OPTIONS": {"max_length": 128}},
    {"NAME": "palier.config.passwords.CommonRootValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email",)},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/entree/"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "palier.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# The owner enters by the mailed link even while wrong passwords slow their address (promises.md ID-2).
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if IS_PLAIN_HTTP else "https"
ACCOUNT_FORMS = {
    "login": "palier.accounts.forms.LoginForm",
    "signup": "palier.accounts.forms.SignupForm",
    "reset_password": "palier.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "palier.accounts.forms.ResetPasswordKeyForm",
    "change_password": "palier.accounts.forms.ChangePasswordForm",
    "reauthenticate": "palier.accounts.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "palier.accounts.forms.AuthenticateForm",
    "activate_totp": "palier.accounts.forms.ActivateTOTPForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Palier"
MFA_TOTP_TOLERANCE = 1

# Cookies: two at most, none before it is needed, none readable by a script (promises.md BR-4).
_PREFIX = "" if IS_PLAIN_HTTP else "__Host-"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_PREFIX}palier_session", f"{_PREFIX}palier_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not IS_PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 36_000
CSRF_FAILURE_VIEW = "palier.portals.middleware.csrf_failure"

# Transport and headers (promises.md BR-1, BR-2).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PALIER_TLS else None
SECURE_SSL_REDIRECT = SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not IS_PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if IS_PLAIN_HTTP else 63_072_000
SECURE_REDIRECT_EXEMPT = [r"^sante/(vivant|pret)$"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# Size of what is sent to us (promises.md BI-4, FI-1).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# Files stay in memory until they are sealed: no clear copy of a piece ever lies on a disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = limits.value("piece_envoi")

# Static files: hashed, compressed, served by the process itself.
STATIC_URL, STATIC_ROOT = "/static/", PALIER_VAR / "static"
STORAGES = {
    # Nothing is kept by Django's own storage: pieces go through gateways.storage, sealed.
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Mail: the server of PALIER_SMTP_URL, or files in the folder that /demo/courrier shows.
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("PALIER_EXPEDITEUR")
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = PALIER_COURRIER
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if PALIER_SMTP_URL else 'filebased'}.EmailBackend"
_smtp = urlsplit(PALIER_SMTP_URL)
EMAIL_HOST, EMAIL_PORT = _smtp.hostname or "", _smtp.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_smtp.username or ""), unquote(_smtp.password or "")
EMAIL_USE_TLS = _smtp.scheme == "smtp+tls"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"expected": {"()": "palier.config.logs.ExpectedAnswers"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["expected"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.server": {"level": "WARNING"}, "procrastinate": {"level": "WARNING"}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
