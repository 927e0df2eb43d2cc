"""The environment, read in one place into one typed object. Everything else takes its values from `ENV`."""

from dataclasses import dataclass, field
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

_INSECURE_KEY = "demo-only-not-for-production-" + "0" * 40

DEMO_GOV_SUFFIXES = [".gov.cn", ".政务", "sfj.localhost"]
INSTITUTION_SUFFIXES = [".cn", ".公益", "notary.localhost"]


@dataclass(frozen=True)
class Environment:
    """All settings that come from outside, with the defaults of the demo."""

    demo: bool
    debug: bool
    secret_key: str
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
    log_format: str
    theme_dirs: list[Path]
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def secret_key_is_demo(self) -> bool:
        """Whether sessions are signed with the key that everybody can read in the source."""
        return self.secret_key == _INSECURE_KEY


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
        log_format=env.str("LOG_FORMAT", default="console" if demo else "json"),
    )


def _check_url(name: str, url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name} must start with http:// or https://")
    return url.rstrip("/")


def _read_port(env: environ.Env, scheme: str, demo: bool) -> int:
    usual = 443 if scheme == "https" else 80
    port = env.int("PORT", default=8000 if demo else usual)
    if not 0 < port < 65536:
        raise ImproperlyConfigured("PORT must be between 1 and 65535")
    return port


ENV = read_environment()
