"""All addresses of a site: composition, nothing else."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.api.v3.urls import api
from wagtail.documents.views.serve import authenticate_with_password as authenticate_for_document
from wagtail.views import authenticate_with_password

from site_core.branding import redirect_to_icon
from site_core.document_views import serve_document
from site_core.feeds import ColumnFeed
from site_core.findability import serve_robots, serve_sitemap_index, serve_sitemap_part, show_site_map, show_sites
from site_core.leaving import show_notice
from site_core.sharing_links import serve_qr
from site_core.views import serve_page

handler400 = "site_core.error_views.bad_request"
handler403 = "site_core.error_views.permission_denied"
handler404 = "site_core.error_views.page_not_found"
handler500 = "site_core.error_views.server_error"

urlpatterns = [
    path("", include("site_core.account_urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("", include("themes.urls")),
    path("favicon.ico", redirect_to_icon, name="site_core_favicon"),
    path("api/v3/", api.urls),
    path("", include("search.urls")),
    path("", include("microblog.urls")),
    path("documents/<int:document_id>/<path:document_filename>", serve_document, name="wagtaildocs_serve"),
    path(
        "documents/authenticate_with_password/<int:restriction_id>/",
        authenticate_for_document,
        name="wagtaildocs_authenticate_with_password",
    ),
    path(
        "_util/login/",
        RedirectView.as_view(pattern_name="wagtailadmin_login", query_string=True),
        name="wagtailcore_login",
    ),
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        authenticate_with_password,
        name="wagtailcore_authenticate_with_password",
    ),
    path("robots.txt", serve_robots, name="site_core_robots"),
    path("sitemap.xml", serve_sitemap_index, name="site_core_sitemap"),
    path("sitemap-<int:number>.xml", serve_sitemap_part, name="site_core_sitemap_part"),
    path("site-map/", show_site_map, name="site_core_site_map"),
    path("sites/", show_sites, name="site_core_sites"),
    path("leave/", show_notice, name="site_core_leave"),
    path("share/qr.svg", serve_qr, name="site_core_share_qr"),
    path("pufa/quiz/", include("legal_education.quiz.urls")),
    path("", include("legal_education.digest.urls")),
    path("", include("legal_education.urls")),
    path("", include("legal_education.campaigns.urls")),
    path("", include("legal_education.cases.urls")),
    re_path(r"^(?P<path>(?:[\w-]+/)+)feed\.xml$", ColumnFeed(), name="site_core_feed"),
    re_path(r"^((?:[\w\-]+/)*)$", serve_page, name="wagtail_serve"),
]
