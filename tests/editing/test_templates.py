"""Templates for new articles: whole, chosen in the column, for who may add there, and not to be published as they are."""

import pytest

from site_core.checking.texts import PLACEHOLDER
from site_core.draft_templates import find_template, list_templates, start_article
from site_core.models import ArticlePage, PageLabel
from site_core.publication_checks import list_findings
from site_core.selectors import get_column, get_home
from tenants.current import enter_site
from tests.factories import make_member


@pytest.fixture
def column(two_sites):
    with enter_site(two_sites.a):
        return get_column("tzgg")


@pytest.fixture
def client(two_sites, signed_in):
    return signed_in(two_sites.a, make_member(two_sites.a, "editor"))


def path_of(page):
    return f"/admin/editing/templates/{page.pk}/"


def test_there_are_four_templates_in_order():
    assert [each.name for each in list_templates()] == ["会议", "活动", "通知", "公示"]


@pytest.mark.parametrize("template", list_templates(), ids=lambda each: each.key)
def test_template_makes_a_draft_that_wants_to_be_filled_in(two_sites, column, template):
    editor = make_member(two_sites.a, "editor")
    with enter_site(two_sites.a):
        page = start_article(get_column("tzgg"), template, two_sites.a, acting_user=editor)
        page = ArticlePage.objects.get(pk=page.pk)
        assert (page.live, page.owner, page.label in PageLabel.values) == (False, editor, True)
        assert page.get_parent().pk == column.pk
        draft = page.get_latest_revision_as_object()
        assert "{" not in f"{draft.title}{draft.summary}{draft.body}"
        assert two_sites.a.name in str(draft.body)
        findings = [each for each in list_findings(draft) if each.is_must]
        assert {each.field for each in findings} == {"title", "summary", "body"}
        assert all("没有填写" in each.message for each in findings)


@pytest.mark.parametrize("template", list_templates(), ids=lambda each: each.key)
def test_template_that_is_filled_in_has_no_findings(in_kongtong, template):
    values = {"name": "某局"}
    page = ArticlePage(label=template.label)
    page.title, page.summary = (
        PLACEHOLDER.sub("内容", text.format(**values)) for text in (template.title, template.summary)
    )
    page.body = [
        {"type": kind, "value": PLACEHOLDER.sub("内容", value.format(**values))} for kind, value in template.blocks
    ]
    assert [each.message for each in list_findings(page, column=get_column("tzgg"))] == []


@pytest.mark.parametrize("template", list_templates(), ids=lambda each: each.key)
def test_body_survives_the_editors_own_form(template):
    """What the rich-text editor and the table's cleaning would drop must not stand in a template."""
    from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

    from site_core.blocks import RICH_TEXT_FEATURES
    from site_core.importing.sanitise import clean_table_html

    converter = ContentstateConverter(features=RICH_TEXT_FEATURES)
    for kind, value in template.blocks:
        if kind == "table":
            assert clean_table_html(value).replace("\n", "") == value.replace("\n", "")
        else:
            kept = converter.to_database_format(converter.from_database_format(value))
            for tag in ("<p", "<h2", "<li", "<ol"):
                assert kept.count(tag) == value.count(tag)


def test_chosen_template_opens_as_a_draft_of_the_column(two_sites, client, column):
    html = client.get(path_of(column)).content.decode()
    assert all(f'value="{each.key}"' in html for each in list_templates())
    answer = client.post(path_of(column), {"template": "meeting"})
    with enter_site(two_sites.a):
        page = ArticlePage.objects.child_of(column).get(title__contains="请填写")
    assert answer["Location"] == f"/admin/pages/{page.pk}/edit/"
    assert "已用“会议”模板建立草稿" in client.get(answer["Location"]).content.decode()


def test_unknown_template_is_404(client, column):
    assert client.post(path_of(column), {"template": "../meeting"}).status_code == 404
    assert find_template("") is None


def test_screen_is_for_who_may_add_there(two_sites, signed_in, client, column):
    reviewer = signed_in(two_sites.a, make_member(two_sites.a, "reviewer_1"))
    for answer in (reviewer.get(path_of(column)), reviewer.post(path_of(column), {"template": "meeting"})):
        assert answer.status_code == 302
        assert answer["Location"] == "/admin/"
    with enter_site(two_sites.a):
        assert not ArticlePage.objects.filter(title__contains="请填写").exists()


def test_home_page_takes_no_articles(two_sites, client):
    with enter_site(two_sites.a):
        home = get_home()
    assert client.get(path_of(home)).status_code == 302


def test_column_of_another_site_is_not_found(two_sites, signed_in):
    with enter_site(two_sites.a):
        column = get_column("tzgg")
        extra = column.add_child(instance=type(column)(title="仅此站有", slug="only-here"))
    other = signed_in(two_sites.b, make_member(two_sites.b, "editor"))
    assert other.get(path_of(extra)).status_code == 404


def test_way_to_the_templates_stands_in_the_column_for_who_may_add(two_sites, signed_in, client, column):
    explorer, adding = f"/admin/pages/{column.pk}/", f"/admin/pages/{column.pk}/add_subpage/"
    assert path_of(column) in client.get(explorer).content.decode()
    assert path_of(column) in client.get(adding).content.decode()
    reviewer = signed_in(two_sites.a, make_member(two_sites.a, "reviewer_1"))
    assert path_of(column) not in reviewer.get(explorer).content.decode()
