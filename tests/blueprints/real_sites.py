"""Real sites to apply releases to: an empty one, and what must hold of any."""

from datetime import timedelta

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from hypothesis import strategies as st
from wagtail.models import Page, PageLogEntry, PageViewRestriction

from review.models import ReviewRule
from search.models import CatalogueEntry
from site_core.actions import ArticleDraft, publish_article
from site_core.locks import rollout
from site_core.models import ArticlePage, BasePage, ColumnPage, HomePage
from tenants.current import current_site
from tests.blueprints.site_samples import KEYS, SECTION_KEYS
from themes.models import SiteLook


def clear_site():
    """Leave the current site its home page and nothing else; by statements, since deletions page by page take seconds."""
    with transaction.atomic(), rollout():
        ReviewRule.objects.all().delete()
        SiteLook.objects.all()._raw_delete("default")
        CatalogueEntry.objects.filter(site=current_site()).delete()
        PageLogEntry.objects.all()._raw_delete("default")
        with connection.cursor() as cursor:
            for model in apps.get_models():
                if issubclass(model, BasePage) and model not in {BasePage, HomePage}:
                    cursor.execute(f"DELETE FROM {model._meta.db_table}")
            cursor.execute(
                "DELETE FROM site_core_basepage WHERE page_ptr_id IN (SELECT id FROM wagtailcore_page WHERE depth > 2)"
            )
            cursor.execute("DELETE FROM wagtailcore_page WHERE depth > 2")
        Page.objects.filter(depth=2).update(numchild=0)
        HomePage.objects.update(sections=[], section_rules={})


def check_tree():
    """What Wagtail's `fixtree` and addresses worked out anew would find, and the catalogue."""
    assert Page.find_problems() == ([], [], [], [], [])
    pages = {page.path: page for page in Page.objects.filter(depth__gt=1)}
    for path, page in pages.items():
        if page.depth > 2:
            assert page.url_path == f"{pages[path[:-4]].url_path}{page.slug}/", page
    for page in pages.values():
        assert page.specific_class.objects.filter(pk=page.pk).exists(), page
    live = {page.pk: page.url_path for page in pages.values() if page.live}
    for entry in CatalogueEntry.objects.filter(site=current_site()):
        assert live[entry.page_id] == f"/site-home{entry.url_path}", entry


# -- whatever a site may do to itself, locks or no locks


def drift(draw, count):
    """Edit the current site at random, through the pages' own doors."""
    with transaction.atomic(), rollout():
        for _ in range(count):
            name = draw(st.sampled_from(sorted(_EDITS)))
            page = _pick(draw, BasePage.objects.filter(depth__gt=2))
            if page is not None or name in _WITHOUT_PAGE:
                _EDITS[name](draw, page)


def _pick(draw, pages):
    ids = list(pages.order_by("path").values_list("pk", flat=True))
    return BasePage.objects.get(pk=draw(st.sampled_from(ids))).specific if ids else None


def _pick_holder(draw):
    return _pick(draw, BasePage.objects.filter(Q(depth=2) | Q(columnpage__isnull=False)))


def _is_free(parent, slug):
    return not Page.objects.child_of(parent).filter(slug=slug).exists()


def _add_column(draw, page):
    parent, slug = _pick_holder(draw), draw(st.sampled_from([*KEYS, "y"]))
    if _is_free(parent, slug):
        parent.add_child(instance=ColumnPage(title="本地栏目", slug=slug, live=True, first_published_at=timezone.now()))


def _add_article(draw, page):
    if isinstance(page, ColumnPage):
        publish_article(page, ArticleDraft("一则通知", [("paragraph", "<p>正文</p>")]))


def _rename(draw, page):
    page.title = draw(st.sampled_from(["甲", "乙", "丙"]))
    slug = draw(st.sampled_from([*KEYS, "w"]))
    if _is_free(page.get_parent(), slug):
        page.slug = slug
    page.save(clean=False)


def _move(draw, page):
    target = _pick_holder(draw)
    is_below = target.path.startswith(page.path)
    if not is_below and _is_free(target, page.slug) and type(target) in type(page).allowed_parent_page_models():
        page.move(target, pos=draw(st.sampled_from(["first-child", "last-child"])))


def _hide(draw, page):
    page.unpublish()


def _expire(draw, page):
    page.expire_at = timezone.now() + timedelta(days=3)
    page.save(clean=False)


def _restrict(draw, page):
    PageViewRestriction.objects.get_or_create(page=page.page_ptr, restriction_type=PageViewRestriction.LOGIN)


def _save_draft(draw, page):
    page.summary = "草稿"
    page.save_revision(clean=False)


def _delete(draw, page):
    below = page.get_descendants(inclusive=True)
    if not below.type(ArticlePage).exists():
        for restriction in PageViewRestriction.objects.filter(page__in=below):
            restriction.delete()
        page.delete()


def _give_rule(draw, page):
    ReviewRule.objects.update_or_create(page=page.page_ptr, defaults={"steps": ["reviewer_2"]})


def _change_sections(draw, page):
    home = HomePage.objects.get()
    home.sections = [{"type": key, "value": {}} for key in draw(st.lists(st.sampled_from(SECTION_KEYS), max_size=3))]
    home.save(clean=False)


_WITHOUT_PAGE = {"column", "sections"}
_EDITS = {
    "column": _add_column, "article": _add_article, "rename": _rename, "move": _move, "hide": _hide, "expire": _expire,
    "restrict": _restrict, "draft": _save_draft, "delete": _delete, "rule": _give_rule, "sections": _change_sections,
}  # fmt: skip
