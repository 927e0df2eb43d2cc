"""The environment, read in one place into one typed object. Everything else takes its values from `ENV`."""

from dataclasses import dataclass, field
from pathlib import Path

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

_INSECURE_KEY = "demo-only-not-for-production-" + "0" * 40
_INSECURE_FIELD_KEY = "A" * 43 + "="

DEMO_GOV_SUFFIXES = [".gov.cn", ".政务", "sfj.localhost"]
INSTITUTION_SUFFIXES = [".cn", ".公益", "notary.localhost"]


@dataclass(frozen=True)
class Environment:
    """All settings that come from outside, with the defaults of the demo."""

    demo: bool
    debug: bool
    secret_key: str
    field_keys: list[str]
    database_url: str
    port: int
    scheme: str
    gov_suffixes: list[str]
    institution_suffixes: list[str]
    allowed_proxies: list[str]
    email_url: str
    mail_from: str
    media_root: Path
    accel_by_server: bool
    stalled_after: float
    elasticsearch_url: str
    varnish_nodes: list[str]
    web_processes: int
    web_threads: int
    page_cache_bytes: int
    mirror_root: str
    microblog_hour_seconds: float
    microblog_private_targets: bool
    weibo_api_url: str
    wechat_api_url: str
    sms_gateway_url: str
    sms_gateway_token: str
    sms_receipt_secret: str
    digest_minute_seconds: float
    log_format: str
    theme_dirs: list[Path]
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def secret_key_is_demo(self) -> bool:
        """Whether sessions are signed with the key that everybody can read in the source."""
        return self.secret_key == _INSECURE_KEY

    @property
    def field_keys_are_demo(self) -> bool:
        """Whether credentials are encrypted with the key that everybody can read in the source."""
        return _INSECURE_FIELD_KEY in self.field_keys


def read_environment(env: environ.Env | None = None) -> Environment:
    """Read and type the environment; raises ImproperlyConfigured with the variable's name."""
    env = env or environ.Env()
    demo = env.bool("CLUSTER_DEMO", default=not env.str("DATABASE_URL", default=""))
    scheme = env.str("SITE_SCHEME", default="http" if demo else "https")
    if scheme not in {"http", "https"}:
        raise ImproperlyConfigured("SITE_SCHEME must be http or https")
    return Environment(
        demo=demo,
        debug=env.bool("DEBUG", default=False),
        secret_key=env.str("SECRET_KEY", default=_INSECURE_KEY),
        field_keys=_read_field_keys(env),
        database_url=env.str("DATABASE_URL", default=""),
        port=_read_port(env, scheme, demo),
        scheme=scheme,
        gov_suffixes=env.list("GOV_SUFFIXES", default=DEMO_GOV_SUFFIXES if demo else DEMO_GOV_SUFFIXES[:2]),
        institution_suffixes=env.list(
            "INSTITUTION_SUFFIXES", default=INSTITUTION_SUFFIXES if demo else INSTITUTION_SUFFIXES[:2]
        ),
        allowed_proxies=env.list("ALLOWED_PROXIES", default=[]),
        email_url=env.str(
            "EMAIL_URL", default="filemail:///" + str(VAR_DIR / "mail") if demo else "smtp://localhost:25"
        ),
        mail_from=env.str("MAIL_FROM", default="noreply@example.invalid"),
        media_root=Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))),
        accel_by_server=env.bool("ACCEL_BY_SERVER", default=False),
        stalled_after=env.float("JOB_STALLED_AFTER", default=6.0),
        theme_dirs=[Path(folder) for folder in env.list("THEME_DIRS", default=[])],
        elasticsearch_url=_check_url("ELASTICSEARCH_URL", env.str("ELASTICSEARCH_URL", default="")),
        varnish_nodes=[_check_url("VARNISH_NODES", url) for url in env.list("VARNISH_NODES", default=[])],
        web_processes=_check_number("WEB_PROCESSES", env.int("WEB_PROCESSES", default=2)),
        web_threads=_check_number("WEB_THREADS", env.int("WEB_THREADS", default=4)),
        page_cache_bytes=_read_page_cache(env),
        mirror_root=env.str("MIRROR_ROOT", default=""),
        microblog_hour_seconds=_read_hour(env),
        microblog_private_targets=env.bool("MICROBLOG_PRIVATE_TARGETS", default=demo),
        weibo_api_url=_check_url("WEIBO_API_URL", env.str("WEIBO_API_URL", default="https://api.weibo.com")),
        wechat_api_url=_check_url("WECHAT_API_URL", env.str("WECHAT_API_URL", default="https://api.weixin.qq.com")),
        sms_gateway_url=_check_gateway(
            env.str("SMS_GATEWAY_URL", default="file:///" + str(VAR_DIR / "sms") if demo else "")
        ),
        sms_gateway_token=env.str("SMS_GATEWAY_TOKEN", default=""),
        sms_receipt_secret=env.str("SMS_RECEIPT_SECRET", default=""),
        digest_minute_seconds=_read_minute(env),
        log_format=env.str("LOG_FORMAT", default="console" if demo else "json"),
    )


def _check_url(name: str, url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name} must start with http:// or https://")
    return url.rstrip("/")


def _check_gateway(url: str) -> str:
    return url if url.startswith("file:///") else _check_url("SMS_GATEWAY_URL", url)


def _read_minute(env: environ.Env) -> float:
    seconds = env.float("DIGEST_MINUTE_SECONDS", default=60.0)
    if not 0.1 <= seconds <= 60:
        raise ImproperlyConfigured("DIGEST_MINUTE_SECONDS must be between 0.1 and 60")
    return seconds


def _read_field_keys(env: environ.Env) -> list[str]:
    keys = [key.strip() for key in env.list("FIELD_KEYS", default=[_INSECURE_FIELD_KEY]) if key.strip()]
    for key in keys:
        try:
            Fernet(key)
        except ValueError as problem:
            raise ImproperlyConfigured("FIELD_KEYS must be keys of 32 bytes in URL-safe base64, by commas") from problem
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty")
    return keys


def _read_hour(env: environ.Env) -> float:
    seconds = env.float("MICROBLOG_HOUR_SECONDS", default=3600.0)
    if not 1 <= seconds <= 3600:
        raise ImproperlyConfigured("MICROBLOG_HOUR_SECONDS must be between 1 and 3600")
    return seconds


def _check_number(name: str, number: int) -> int:
    if not 1 <= number <= 256:
        raise ImproperlyConfigured(f"{name} must be between 1 and 256")
    return number


def _read_page_cache(env: environ.Env) -> int:
    megabytes = env.int("PAGE_CACHE_MB", default=256)
    if megabytes < 0:
        raise ImproperlyConfigured("PAGE_CACHE_MB must be 0 (no page cache) or more")
    return megabytes * 1024 * 1024


def _read_port(env: environ.Env, scheme: str, demo: bool) -> int:
    usual = 443 if scheme == "https" else 80
    port = env.int("PORT", default=8000 if demo else usual)
    if not 0 < port < 65536:
        raise ImproperlyConfigured("PORT must be between 1 and 65535")
    return port


ENV = read_environment()
