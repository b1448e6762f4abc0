"""Settings from the environment, with safe defaults. The shapes it runs in differ by these values only."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from config import broker, database, env, languages, logs, mail

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY")
PUBLIC_URL = env.text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", urlsplit(PUBLIC_URL).hostname or "localhost")
BEHIND_TLS = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "notifications",
    "statuspage",
    "postmortems",
    "incidents.maintenance",
    "incidents",  # before unfold: its templates override unfold's
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "unfold.contrib.simple_history",
    "simple_history",
    "crispy_forms",
    "django_filters",
    "rest_framework",
    "axes",
    "config.apps.StaffAdminConfig",  # django.contrib.admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its widgets' templates, since ours stand in templates/ too
]

MIDDLEWARE = [
    "config.logs.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "incidents.staff.middleware.StorableText",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "incidents.staff.middleware.OwnTimes",
    "incidents.staff.error_summary.ErrorSummaries",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "incidents.staff.once.OnceOnly",  # behind whatever may refuse a request before its view
    "axes.middleware.AxesMiddleware",  # last: it answers for the whole chain when someone is locked out
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["config.templates.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["incidents.templatetags.once"],
        },
    }
]

FORM_RENDERER = "incidents.forms.renderer.FieldRenderer"

# Database: PostgreSQL by DATABASE_URL, else SQLite in DATA_DIR
DATABASES = {"default": database.parse(env.text("DATABASE_URL", ""), DATA_DIR)}

# People
AUTH_USER_MODEL = "incidents.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds that a link to set a password works
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # 15 minutes are 15 minutes, even for who goes on knocking
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "incidents.views.signin.folded_name"
AXES_CLIENT_IP_CALLABLE = "incidents.network.client"
AXES_LOCKOUT_CALLABLE = "incidents.views.signin.locked_out"
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False

# Language and time: people's own zone on the staff side, the page's zone in public (see the models)
LANGUAGE_CODE = "en"
LANGUAGES = languages.translated(BASE_DIR)  # what a page can be written in
TIME_ZONE = "UTC"
USE_TZ = True
CLOCK_HOURS = env.one_of("CLOCK_HOURS", "24", "12")  # how times are written for staff who have not chosen themselves

# Static files: hashed names, kept for as long as a published page may point to them
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# Publishing: where the bytes stand that the public reads
PUBLISH_ROOT = DATA_DIR / "published"
PUBLISH_STORAGE_URL = env.text("PUBLISH_STORAGE_URL", "")  # s3://…: instead of the directory

# Telling people. Mail leaves by EMAIL_URL; in the demo it ends in a mailbox of our own (MAILBOX).
globals().update(mail.parse(env.text("EMAIL_URL", "smtp://localhost:25")))
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", f"status@{urlsplit(PUBLIC_URL).hostname}")
MAILBOX = env.flag("MAILBOX")
DELIVERY_ALLOWED_NETWORKS = env.words(
    "DELIVERY_ALLOWED_NETWORKS"
)  # networks and names of our own that may be posted to
LEDGER_DAYS = env.number("LEDGER_DAYS", 90)  # days that finished deliveries and their attempts are kept

# Celery: nothing to install for the first shape, Redis or RabbitMQ by CELERY_BROKER_URL
CELERY_BROKER_URL = broker.check(env.text("CELERY_BROKER_URL", "filesystem://"))
if CELERY_BROKER_URL == "filesystem://":
    CELERY_BROKER_URL = "filesystem://localhost"  # a name, or each start warns that there is none
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker"),
        "data_folder_out": str(DATA_DIR / "broker"),
        "control_folder": str(DATA_DIR / "broker" / "control"),
        "polling_interval": 0.2,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 60,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,  # a person may be waiting: waking a worker does not wait for the broker
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_TASK_ROUTES = {"notifications.tasks.deliver": {"queue": "sending"}}  # long work, away from the short sweeps
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "publish what is due": {
        "task": "statuspage.tasks.sweep",
        "schedule": 2.0,  # seconds; expires so that a slow worker does not gather a queue of sweeps
        "options": {"expires": 2.0},
    },
    "send what is due": {
        "task": "notifications.tasks.deliver",
        "schedule": 2.0,
        "options": {"expires": 2.0, "queue": "sending"},
    },
    "begin and end maintenance": {
        "task": "incidents.maintenance.tasks.keep_time",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "make windows of series": {
        "task": "incidents.maintenance.tasks.make_windows",
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
    "remind of clocks": {"task": "notifications.tasks.remind", "schedule": 10.0, "options": {"expires": 10.0}},
    "read what can be searched": {
        "task": "postmortems.tasks.read_marked",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    "forget what is old": {"task": "notifications.tasks.clean", "schedule": 3600.0, "options": {"expires": 600.0}},
    "draw PDFs": {"task": "postmortems.tasks.render", "schedule": 2.0, "options": {"expires": 2.0}},
    "forget PDFs of drafts": {"task": "postmortems.tasks.clean", "schedule": 3600.0, "options": {"expires": 600.0}},
    "clean former addresses": {"task": "statuspage.tasks.clean", "schedule": 60.0, "options": {"expires": 60.0}},
}

# Security. Published pages carry their own, stricter headers (statuspage.stores.headers).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],  # the staff side adds what Unfold needs: incidents.staff.site
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
        "object-src": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "incidents.accounts.sessions"
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SILENCED_SYSTEM_CHECKS = [
    "security.W005",
    "security.W021",
]  # what lies below our name, and browsers' lists, are not ours
SECURE_SSL_REDIRECT = BEHIND_TLS
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUST_PROXY = env.flag("TRUST_PROXY")
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True  # a reason is kept whole
SIMPLE_HISTORY_REVERT_DISABLED = True  # a fact is corrected with a reason, never silently put back


# The staff side's dress: greys and blue here, status colours from bridgewatch/tokens.css.
def _ramp(hue: int, *steps: tuple[float, float]) -> dict[str, str]:
    weights = ("50", "100", "200", "300", "400", "500", "600", "700", "800", "900", "950")
    return {weight: f"oklch({light} {chroma} {hue})" for weight, (light, chroma) in zip(weights, steps, strict=True)}


UNFOLD = {
    "SITE_TITLE": "Bridgewatch",
    "SITE_HEADER": "Bridgewatch",
    "SITE_SUBHEADER": _("Staff"),
    "SITE_SYMBOL": "sailing",
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("incidents/mark.svg")},
    ],
    "BORDER_RADIUS": "6px",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "incidents.views.home.context",
    "STYLES": [lambda request: static("bridgewatch/tokens.css"), lambda request: static("incidents/staff.css")],
    "SCRIPTS": [
        lambda request: static("incidents/moments.js"),
        lambda request: static("incidents/drafts.js"),
        lambda request: static("incidents/staff.js"),
    ],
    "SIDEBAR": {"show_search": False, "command_search": False, "navigation": "incidents.staff.navigation.sidebar"},
    "COLORS": {
        "base": _ramp(
            250, (0.981, 0.003), (0.962, 0.004), (0.918, 0.006), (0.858, 0.009), (0.66, 0.016), (0.515, 0.02),
            (0.42, 0.022), (0.345, 0.022), (0.262, 0.02), (0.196, 0.017), (0.152, 0.014),
        ),
        "primary": _ramp(
            245, (0.973, 0.012), (0.944, 0.028), (0.892, 0.055), (0.82, 0.09), (0.745, 0.115), (0.685, 0.125),
            (0.475, 0.122), (0.415, 0.108), (0.36, 0.09), (0.305, 0.07), (0.23, 0.05),
        ),
    },
}  # fmt: skip

CRISPY_ALLOWED_TEMPLATE_PACKS = ["bridgewatch"]  # templates/bridgewatch: fields as the staff side draws them
CRISPY_TEMPLATE_PACK = "bridgewatch"

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": logs.FORMATTERS,
    "filters": logs.FILTERS,
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.text("LOG_FORMAT", "line"),
            "filters": ["short"],
        }
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        name: {"level": "WARNING"} for name in ("celery", "kombu", "mail.log")
    },  # a line for each sweep helps nobody
}
