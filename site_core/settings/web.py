"""Requests and answers: hosts, middleware, templates, headers, mail."""

import environ
from csp.constants import NONCE, NONE, SELF

from .env import BASE_DIR, ENV

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
SECRET_KEY_IS_DEMO = ENV.secret_key_is_demo
CLUSTER_DEMO = ENV.demo
SITE_SCHEME = ENV.scheme
SITE_PORT = ENV.port
GOV_SUFFIXES = ENV.gov_suffixes
INSTITUTION_SUFFIXES = ENV.institution_suffixes
ALLOWED_PROXIES = ENV.allowed_proxies
THEME_DIRS = [BASE_DIR / "themes" / "designs", *ENV.theme_dirs]
STATICFILES_DIRS = [
    (f"themes/{folder.parent.name}", folder) for root in THEME_DIRS for folder in sorted(root.glob("*/static"))
]
ACCEL_BY_SERVER = ENV.accel_by_server
# Hosts are checked against the table of hosts, by our own middleware, before anything else reads them.
ALLOWED_HOSTS = ["*"]
USE_X_FORWARDED_HOST = False

ROOT_URLCONF = "site_core.urls"
WSGI_APPLICATION = "site_core.wsgi.application"

MIDDLEWARE = [
    "tenants.middleware.RequestIdMiddleware",
    "site_core.middleware.ProxyMiddleware",
    "site_core.middleware.HealthMiddleware",
    "tenants.middleware.SiteMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "site_core.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "site_core.reader.ReaderMiddleware",
    "site_core.traditional.TraditionalMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "site_core.middleware.SessionGuardMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.ActorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "themes.loader.Loader",
                    ["themes.loader.ThemeFiles", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "site_core.context_processors.site",
                "themes.context_processors.look",
            ],
        },
    }
]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # nginx does it, see deploy/
SECURE_HSTS_SECONDS = 31_536_000 if ENV.scheme == "https" else 0
X_FRAME_OPTIONS = "SAMEORIGIN"  # the page preview of the admin is a frame on the same site

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

_mail = environ.Env.email_url_config(ENV.email_url)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"] or "localhost"
EMAIL_PORT = _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = _mail["EMAIL_FILE_PATH"] or None
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.mail_from
PROJECT_DIR = str(BASE_DIR)
