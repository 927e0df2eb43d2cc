"""Laws and cases to test with, published through the usual door."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from legal_education.cases.duties.actions import write_standing
from legal_education.cases.models import Duty
from site_core.actions import ArticleDraft, publish_article
from site_core.models import ArticlePage, ColumnPage
from site_core.selectors import get_column
from tenants.current import enter_site
from tenants.models import Organisation

LAW = "示例保护法"
TEXT = "第一章　总则\n第一条　为了示例，制定本法。\n第二条　办理不收费。\n　　不得拖延。\n第二条之一　补充规定。\n第二章　附则\n第三条　自公布之日起施行。"


def make_law(site: Organisation, title: str = f"中华人民共和国{LAW}", text: str = TEXT) -> ArticlePage:
    """A law on the site."""
    with enter_site(site), transaction.atomic():
        page = publish_article(get_column("flfg"), ArticleDraft(title, [("law", text)]))
        return ArticlePage.objects.get(pk=page.pk)


def cite(law: str = LAW, article: str = "第二条", page: ArticlePage | None = None, text: str = "") -> tuple[str, Any]:
    """A block 法律依据."""
    return "law_reference", {"law": law, "article": article, "text": text, "page": page.pk if page else None, "url": ""}


def make_case(
    site: Organisation, title: str = "一个案例", *citations: Any, column: str = "pufa_yasf", **fields: Any
) -> ArticlePage:
    """A case on the site; without citations one of 第二条."""
    with enter_site(site), transaction.atomic():
        parent = ColumnPage.objects.get(node_key=column)
        body = [("paragraph", "<p>案情。</p>"), *(citations or (cite(),))]
        page = publish_article(parent, ArticleDraft(title, body, fields=fields))
        return ArticlePage.objects.get(pk=page.pk)


def add_duty(unit: str, **fields: Any) -> Duty:
    """A line of the current site's list, as the form writes it."""
    values = {"year": 2026, "laws": "治安管理处罚法", "form": "讲座", "deadline": timezone.localdate()}
    duty = Duty.objects.create(unit=unit, **(values | fields))
    write_standing(duty.year)
    return duty


def fetch(client: Any, path: str) -> str:
    """The page's HTML; it must be there."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return str(answer.content.decode())


def path_in(site: Organisation, page: ArticlePage) -> str:
    """Path of the page as it is now."""
    with enter_site(site):
        return str(ArticlePage.objects.get(pk=page.pk).get_url())
