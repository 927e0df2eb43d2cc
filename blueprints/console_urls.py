"""Addresses of the console's screens on blueprints, below `/admin/console/`."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from blueprints import console_node_views as nodes
from blueprints import console_part_views as parts
from blueprints import console_release_views as releases
from blueprints import console_screens as names
from blueprints import console_views as views
from tenants.kinds import SiteKind


class SiteKindConverter(StringConverter):
    """A kind of site; whatever else stands below `blueprints/` is free for other screens."""

    regex = "|".join(SiteKind.values)


register_converter(SiteKindConverter, "site_kind")


def _editor_urls(base: str) -> list[URLPattern]:
    return [
        path(base, views.TreeScreen.as_view(), name=names.TREE),
        path(f"{base}move/", views.MoveScreen.as_view(), name=names.MOVE),
        path(f"{base}columns/-new/", nodes.NewNodeScreen.as_view(), name=names.NEW_NODE),
        path(f"{base}columns/<str:key>/", nodes.NodeScreen.as_view(), name=names.NODE),
        path(f"{base}columns/<str:key>/delete/", nodes.DeleteNodeScreen.as_view(), name=names.DELETE_NODE),
        path(f"{base}sections/", parts.SectionsScreen.as_view(), name=names.SECTIONS),
        path(f"{base}sections/<str:key>/", parts.SectionScreen.as_view(), name=names.SECTION),
        path(f"{base}sections/<str:key>/delete/", parts.DeleteSectionScreen.as_view(), name=names.DELETE_SECTION),
        path(f"{base}look/", parts.LookScreen.as_view(), name=names.LOOK),
        path(f"{base}required/", parts.RequiredScreen.as_view(), name=names.REQUIRED),
        path(f"{base}review/", parts.ReviewScreen.as_view(), name=names.REVIEW),
        path(f"{base}review/-new/", parts.NewWorkflowScreen.as_view(), name=names.NEW_WORKFLOW),
        path(f"{base}review/<str:key>/", parts.WorkflowScreen.as_view(), name=names.WORKFLOW),
        path(f"{base}review/<str:key>/delete/", parts.DeleteWorkflowScreen.as_view(), name=names.DELETE_WORKFLOW),
        path(f"{base}releases/", releases.ReleasesScreen.as_view(), name=names.RELEASES),
        path(f"{base}releases/compare/", releases.CompareScreen.as_view(), name=names.COMPARE),
        path(f"{base}releases/<int:number>/", releases.ReleaseScreen.as_view(), name=names.RELEASE),
        path(f"{base}releases/<int:number>/restore/", releases.RestoreScreen.as_view(), name=names.RESTORE),
        path(f"{base}files/", releases.FilesScreen.as_view(), name=names.FILES),
        path(f"{base}files/download/", releases.DownloadScreen.as_view(), name=names.DOWNLOAD),
        path(f"{base}files/import/", releases.ImportScreen.as_view(), name=names.IMPORT),
    ]


urlpatterns = [
    path("blueprints/", views.BlueprintsScreen.as_view(), name=names.BLUEPRINTS),
    *_editor_urls("blueprints/<site_kind:kind>/"),
]
