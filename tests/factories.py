"""Things to test with, made through the public doors: people with roles, articles by trait."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import PlatformRole, User
from site_core.actions import ArticleDraft, publish_article
from site_core.models import ArticlePage, ColumnPage, Membership
from site_core.selectors import get_column, get_home
from tenants.current import enter_site
from tenants.models import Organisation

PASSWORD = "Correct-Horse-9"


def make_person(username: str, **fields: Any) -> User:
    """A person without any rights."""
    user = User(username=username, email=f"{username}@example.invalid", last_name="张", first_name="某", **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


def make_member(site: Organisation, group: str, username: str = "") -> User:
    """A person in that group of that site."""
    from django.contrib.auth.models import Group

    user = make_person(username or f"{site.schema_name}-{group}".replace("_", "-"))
    with enter_site(site):
        Membership.objects.create(user=user, group=Group.objects.get(name=group))
    return user


def make_central(role: str = "platform_admin", username: str = "") -> User:
    """A person with a platform role."""
    user = make_person(username or role.replace("_", "-"))
    PlatformRole.objects.create(user=user, role=role)
    return user


def make_article(
    site: Organisation,
    title: str = "一则通知",
    *,
    column: str = "tzgg",
    text: str = "正文。",
    private: bool = False,
    **fields: Any,
) -> ArticlePage:
    """A published article; `private=True` puts it behind a login."""
    from wagtail.models import PageViewRestriction

    with enter_site(site), transaction.atomic():
        draft = ArticleDraft(title, [("paragraph", f"<p>{text}</p>")], fields=fields)
        page = publish_article(get_column(column), draft)
        if private:
            PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
        return ArticlePage.objects.get(pk=page.pk)


def make_draft(site: Organisation, title: str = "未发布的稿件", *, column: str = "tzgg") -> ArticlePage:
    """An article that was never published."""
    with enter_site(site), transaction.atomic():
        page = ArticlePage(title=title, live=False)
        get_column(column).add_child(instance=page)
        page.save_revision()
        return page


def make_column(
    site: Organisation, slug: str = "local", title: str = "本地栏目", *, below: str = "", **fields: Any
) -> ColumnPage:
    """A public column of the site's own, which no blueprint locks; directly below the home page unless `below` a column."""
    with enter_site(site), transaction.atomic():
        parent = get_column(below) if below else get_home()
        column = ColumnPage(title=title, slug=slug, **fields)
        parent.add_child(instance=column)
        column.save_revision().publish()
        return ColumnPage.objects.get(pk=column.pk)


def path_of(site: Organisation, page: Any) -> str:
    """Path of the page on its site."""
    with enter_site(site):
        return str(page.get_url())


def soon() -> Any:
    """A moment just passed, for what is due."""
    return timezone.now() - timedelta(minutes=1)
