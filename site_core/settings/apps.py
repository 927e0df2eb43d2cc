"""Which apps are shared by the cluster, which live in each site's schema, and Wagtail's own settings."""

SHARED_APPS = [
    "tenants",
    "django_tenants",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "accounts",
    "procrastinate.contrib.django",
    "axes",
    "search.apps.SearchConfig",
    "delivery.apps.DeliveryConfig",
    "blueprints.apps.BlueprintsConfig",
    "microblog.cluster.apps.MicroblogClusterConfig",
    "legal_education.cluster.apps.LegalEducationClusterConfig",
]

TENANT_APPS = [
    # Shared with the list above on purpose: each site has groups and permissions of its own, found first by the search path.
    "django.contrib.auth",
    # Before the content: its templates of pages are overridden by the looks.
    "themes.apps.ThemesConfig",
    "site_core.apps.SiteCoreConfig",
    "review.apps.ReviewConfig",
    "microblog.apps.MicroblogConfig",
    "legal_education.apps.LegalEducationConfig",
    "legal_education.digest.apps.DigestConfig",
    "legal_education.quiz.apps.QuizConfig",
    "legal_education.campaigns.apps.CampaignsConfig",
    "legal_education.cases.apps.CasesConfig",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "site_core.wagtail_apps.MembersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "site_core.wagtail_apps.PageSearchConfig",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
]

_WITHOUT_TABLES = ["django.contrib.messages", "django.contrib.staticfiles", "csp"]

INSTALLED_APPS = [
    *SHARED_APPS,
    *[app for app in TENANT_APPS if app not in SHARED_APPS],
    *_WITHOUT_TABLES,
]

AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
WAGTAILIMAGES_IMAGE_MODEL = "site_core.SiteImage"
WAGTAILDOCS_DOCUMENT_MODEL = "site_core.SiteDocument"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

WAGTAIL_SITE_NAME = "司法行政网站群"
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES = [("zh-hans", "简体中文")]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "site_core.widgets.LineKeepingRichTextArea"}}
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_MODERATION_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = True
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = True
WAGTAIL_AUTO_UPDATE_PREVIEW = True
WAGTAILAPI_DOCS_ENABLED = False
WAGTAILIMAGES_IMAGE_FORM_BASE = "site_core.forms.SiteImageForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "site_core.forms.SiteDocumentForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
# In the tables of the site, by our own analyser: Wagtail's index splits at spaces and finds no word inside a Chinese title.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "search.admin_backend", "AUTO_UPDATE": False}}
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
TAGGIT_CASE_INSENSITIVE = True
