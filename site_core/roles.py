"""Roles of a site and their rights: one list for the whole cluster, written into each site's groups."""

import hashlib
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

# Wagtail asks for the permissions of its own models, whatever models stand in their place.
_FILES = {
    "wagtailimages": ("add_image", "change_image", "choose_image"),
    "wagtaildocs": ("add_document", "change_document", "choose_document"),
}


@dataclass(frozen=True)
class SiteRole:
    """A group of every site: its name, what readers call it, page rights and right to open the admin."""

    key: str
    label: str
    page_rights: tuple[str, ...] = ()
    files: bool = False
    model_rights: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    """What follows from the role without being a right of Django's, in words."""


MANAGE_MEMBERS = "site_core.change_membership"
VIEW_LEDGER = "site_core.view_ledger"

SITE_ROLES = (
    # Nobody may publish by right: see `page_permissions`. Reviewers read and decide on screens of their own.
    SiteRole("editor", "编辑", ("add_page", "change_page"), files=True, duties=("提交审核", "在不经审核的栏目发布")),
    SiteRole("reviewer_1", "一审", duties=("审核送到一审的稿件", "紧急撤稿")),
    SiteRole("reviewer_2", "二审", duties=("审核送到二审的稿件", "紧急撤稿")),
    SiteRole("reviewer_3", "三审", duties=("审核送到三审的稿件", "紧急撤稿")),
    SiteRole(
        "site_admin",
        "网站管理员",
        ("add_page", "change_page", "bulk_delete_page", "lock_page", "unlock_page"),
        files=True,
        model_rights=(
            "site_core.add_membership",
            "site_core.change_membership",
            "site_core.delete_membership",
            "site_core.view_membership",
            "site_core.view_ledger",
            "site_core.change_sitedetails",
            "themes.change_sitelook",
            "wagtailredirects.add_redirect",
            "wagtailredirects.change_redirect",
            "wagtailredirects.delete_redirect",
        ),
        duties=("设置栏目的审核流程", "紧急撤稿"),
    ),
    SiteRole("auditor", "审计员", model_rights=("site_core.view_ledger",)),
)
ROLE_LABELS = {role.key: role.label for role in SITE_ROLES}
INVITABLE_ROLES = ("editor", "reviewer_1", "reviewer_2", "reviewer_3", "site_admin")

# Which group a person of the centre has while visiting a site.
VISITING_GROUP = {"platform_admin": "site_admin", "central_editor": "editor", "auditor": "auditor"}


def roles_version() -> str:
    """Changes whenever a role or its rights change, so that all sites are brought up to date."""
    return hashlib.sha256(repr((SITE_ROLES, _FILES)).encode()).hexdigest()[:12]


def write_roles() -> None:
    """Make the groups of the current site, with exactly the rights of SITE_ROLES. Safe to repeat."""
    for role in SITE_ROLES:
        group, _ = Group.objects.get_or_create(name=role.key)
        group.permissions.set(_find_permissions(("wagtailadmin.access_admin", *role.model_rights)))
        _write_page_rights(group, role)
        _write_collection_rights(group, role)


def _find_permissions(names: tuple[str, ...]) -> list[Permission]:
    found = []
    for name in names:
        app, _, codename = name.partition(".")
        found.append(Permission.objects.get(content_type__app_label=app, codename=codename))
    return found


def _write_page_rights(group: Group, role: SiteRole) -> None:
    root = Page.objects.filter(depth=2).first()
    GroupPagePermission.objects.filter(group=group).delete()
    if root is None:
        return
    permissions = Permission.objects.filter(
        content_type__app_label="wagtailcore", content_type__model="page", codename__in=role.page_rights
    )
    GroupPagePermission.objects.bulk_create(
        [GroupPagePermission(group=group, page=root, permission=permission) for permission in permissions]
    )


def _write_collection_rights(group: Group, role: SiteRole) -> None:
    GroupCollectionPermission.objects.filter(group=group).delete()
    if not role.files:
        return
    root = Collection.get_first_root_node()
    permissions = [
        permission
        for app, codenames in _FILES.items()
        for permission in Permission.objects.filter(content_type__app_label=app, codename__in=codenames)
    ]
    GroupCollectionPermission.objects.bulk_create(
        [GroupCollectionPermission(group=group, collection=root, permission=permission) for permission in permissions]
    )
