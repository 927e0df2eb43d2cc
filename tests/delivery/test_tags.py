"""Whatever is changed, every page that looks another way afterwards was dropped: nothing readers see is ever stale."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction, Site

from delivery.cache.keys import PageKey
from delivery.cache.rendering import Rendered, render
from legal_education.campaigns.activity_actions import remove_activity, save_activity
from legal_education.campaigns.models import Activity, ActivityPicture
from legal_education.cases.models import Duty
from legal_education.cluster.models import ExtraCampaign
from legal_education.models import EpisodePage, PaperIssuePage, ProgrammeLink, ProgrammePage
from legal_education.quiz.models import Quiz
from legal_education.tasks import read_paper
from microblog.models import Account, MicroPicture, MicroPost, StreamPage
from search.models import Abbreviation
from site_core import sections
from site_core.locks import rollout
from site_core.models import ArticlePage, BasePage, HomePage, PageAttachment, SiteDetails
from site_core.selectors import get_column, get_home
from tenants.actions import add_host, change_details, change_state
from tenants.current import enter_site
from tenants.kinds import SiteState
from tests.campaigns.samples import find_editor, make_activity, make_campaign
from tests.cases.samples import add_duty, cite, make_case, make_law
from tests.delivery.scene import Reads, Scene, Watcher, build_scene, connection_kept, purged
from tests.factories import make_article, make_draft
from tests.legal_education.samples import CAPTIONS, make_episode, make_issue, make_media
from tests.microblog.samples import make_post
from tests.site_core.page_samples import make_document, make_file, make_person, make_picture, make_topic
from tests.site_core.test_sections import everything
from themes.models import SiteLook

Change = Callable[[Scene], None]
CHANGES: dict[str, Change] = {}


def change(function: Change) -> Change:
    """Among what is tried."""
    CHANGES[function.__name__] = function
    return function


def _save(page: BasePage, **fields: object) -> None:
    page = type(page).objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    with rollout():
        page.save_revision().publish()


def _city_page(function: Callable[[Scene], None]) -> Change:
    def run(scene: Scene) -> None:
        with enter_site(scene.city):
            function(scene)

    run.__name__ = function.__name__
    return change(run)


@change
def new_article_in_county_news(scene: Scene) -> None:
    make_article(scene.county, "又一则消息", column="gzdt")


@change
def county_news_withdrawn(scene: Scene) -> None:
    with enter_site(scene.county):
        ArticlePage.objects.get(title="区里的消息").unpublish()


@change
def county_news_deleted(scene: Scene) -> None:
    with enter_site(scene.county):
        ArticlePage.objects.get(title="区里的消息").delete()


@change
def county_news_made_private(scene: Scene) -> None:
    with enter_site(scene.county):
        page = ArticlePage.objects.get(title="区里的消息")
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


@change
def county_renamed(scene: Scene) -> None:
    change_details(scene.county, {"name": "新名称司法局", "short_name": "新局", "place": "新区"})


@change
def county_suspended(scene: Scene) -> None:
    change_state(scene.county, SiteState.SUSPENDED, notice="维护")


@change
def county_on_trial_again(scene: Scene) -> None:
    change_state(scene.county, SiteState.SUSPENDED, notice="维护")
    change_state(scene.county, SiteState.TRIAL)


@change
def county_has_another_address(scene: Scene) -> None:
    add_host(scene.county, "xin.sfj.localhost", primary=True)


@change
def city_contact_changed(scene: Scene) -> None:
    change_details(scene.city, {"contact_phone": "0933-1234567"})


@_city_page
def new_article_in_list(scene: Scene) -> None:
    make_article(scene.city, "列表里的新文章", column="suoyou")


@_city_page
def new_article_with_picture(scene: Scene) -> None:
    make_article(scene.city, "有图的新文章", column="gzdt", cover=make_picture("新图"))


@_city_page
def first_article_of_an_empty_column(scene: Scene) -> None:
    make_article(scene.city, "第一篇", column="kong")


@_city_page
def first_draft_of_an_empty_column(scene: Scene) -> None:
    make_draft(scene.city, "第一篇草稿", column="kong")


@_city_page
def article_between_two_others(scene: Scene) -> None:
    older = scene.pages["article"]
    at = timezone.now() - timedelta(days=400)
    make_article(scene.city, "很久以前的文章", column="suoyou", public_at=at, backdating_reason="补录")
    assert older


@_city_page
def new_document_with_interpretation(scene: Scene) -> None:
    document = scene.pages["document"]
    make_article(scene.city, "又一篇解读", column="suoyou", interprets=document)


@_city_page
def interpretation_moved_to_another_document(scene: Scene) -> None:
    make_article(scene.city, "换了文件的解读", column="suoyou", interprets=scene.pages["document"])
    article = ArticlePage.objects.get(title="换了文件的解读")
    _save(article, interprets=scene.pages["document beside"])


@_city_page
def document_replaces_another(scene: Scene) -> None:
    make_document(
        get_column("c-documents"),
        "替代文件",
        number="平司发〔2026〕9号",
        replaces=scene.pages["document"],
        replacement="废止",
    )


@_city_page
def document_lost_its_validity(scene: Scene) -> None:
    _save(scene.pages["document"], validity="失效", validity_changed_on=date.today())


@_city_page
def new_person(scene: Scene) -> None:
    make_person(get_column("c-people"), "新来的人")


@_city_page
def new_topic(scene: Scene) -> None:
    make_topic(get_column("suoyou"), "新专题")


@_city_page
def article_edited(scene: Scene) -> None:
    _save(scene.pages["article"], title="改过的标题", summary="改过的摘要")


@_city_page
def guide_edited(scene: Scene) -> None:
    _save(scene.pages["guide"], title="改过的指南")


@_city_page
def person_edited(scene: Scene) -> None:
    _save(scene.pages["person"], title="改名")


@_city_page
def topic_edited(scene: Scene) -> None:
    _save(scene.pages["topic"], title="改过的专题", state="closed")


@_city_page
def info_edited(scene: Scene) -> None:
    _save(scene.pages["info"], title="改过的信息")


@_city_page
def column_renamed(scene: Scene) -> None:
    _save(scene.pages["column lines"], title="改过的栏目")


@_city_page
def column_of_the_navigation_renamed(scene: Scene) -> None:
    _save(get_column("tzgg"), title="通知与公告")


@_city_page
def column_takes_another_layout(scene: Scene) -> None:
    _save(scene.pages["column lines"], layout="cards")


@_city_page
def column_has_another_address(scene: Scene) -> None:
    _save(scene.pages["column lines"], slug="biede")


@_city_page
def new_column(scene: Scene) -> None:
    from tests.factories import make_column

    make_column(scene.city, "xinlanmu", "新栏目", show_in_menus=True)


@_city_page
def column_withdrawn(scene: Scene) -> None:
    with rollout():
        scene.pages["column lines"].unpublish()


@_city_page
def column_deleted(scene: Scene) -> None:
    BasePage.objects.get(pk=scene.pages["column lines"].pk).specific.delete()


@_city_page
def column_moved(scene: Scene) -> None:
    with rollout():
        scene.pages["column lines"].move(get_column("gzdt"), pos="last-child")


@_city_page
def navigation_reordered(scene: Scene) -> None:
    with rollout():
        get_column("gzdt").move(get_home(), pos="first-child")
        get_column("tzgg").move(get_home(), pos="first-child")


@_city_page
def article_moved(scene: Scene) -> None:
    scene.pages["article"].move(get_column("kong"), pos="last-child")


@_city_page
def article_deleted(scene: Scene) -> None:
    scene.pages["article"].delete()


@_city_page
def article_withdrawn(scene: Scene) -> None:
    scene.pages["article"].unpublish()


@_city_page
def column_made_private(scene: Scene) -> None:
    PageViewRestriction.objects.create(page=scene.pages["column lines"], restriction_type=PageViewRestriction.LOGIN)


@_city_page
def picture_described_anew(scene: Scene) -> None:
    picture = ArticlePage.objects.get(pk=scene.pages["article in cards"].pk).cover
    picture.title = picture.description = "别的说明"
    picture.save()


@_city_page
def picture_replaced(scene: Scene) -> None:
    picture = ArticlePage.objects.get(pk=scene.pages["article in cards"].pk).cover
    picture.file, picture.file_hash = make_picture("别的图", (900, 900), "#123456").file, "0" * 40
    picture.renditions.all().delete()
    picture.save()


@_city_page
def file_renamed(scene: Scene) -> None:
    row = PageAttachment.objects.filter(page_id=scene.pages["article"].pk).select_related("document").first()
    assert row is not None
    row.document.title = "别的文件名"
    row.document.save()


@_city_page
def file_attached(scene: Scene) -> None:
    article = ArticlePage.objects.get(pk=scene.pages["article"].pk)
    article.attachments.add(PageAttachment(document=make_file("新附件", "xin.pdf", ContentFile(b"%PDF-1.4 x").read())))
    article.save_revision().publish()


@_city_page
def details_changed(scene: Scene) -> None:
    details = SiteDetails.objects.get()
    details.undertaker = "别的科室"
    details.save()


@_city_page
def details_changed_in_bulk(scene: Scene) -> None:
    SiteDetails.objects.update(undertaker="批量改的科室")


@_city_page
def colour_chosen(scene: Scene) -> None:
    look = SiteLook.objects.first() or SiteLook(site=Site.objects.get())
    look.brand_colour = "#5b2a5e"
    look.save()


@_city_page
def home_page_arranged_anew(scene: Scene) -> None:
    home = HomePage.objects.get()
    home.sections = list(home.sections.raw_data)[:4]
    with rollout():
        home.save_revision().publish()


@_city_page
def redirect_made(scene: Scene) -> None:
    Redirect.add_redirect("/meiyou/", "/gzdt/", is_permanent=True)


@change
def new_post_in_county(scene: Scene) -> None:
    make_post(scene.county, "又一条区里的微博。")


@change
def county_post_withdrawn(scene: Scene) -> None:
    with enter_site(scene.county):
        MicroPost.objects.get().unpublish()


@change
def county_post_edited(scene: Scene) -> None:
    with enter_site(scene.county):
        _save(MicroPost.objects.get(), text="改过的区里的微博。")


@change
def county_stream_made_private(scene: Scene) -> None:
    with enter_site(scene.county):
        stream = StreamPage.objects.get()
        PageViewRestriction.objects.create(page=stream, restriction_type=PageViewRestriction.LOGIN)


@_city_page
def new_post(scene: Scene) -> None:
    make_post(scene.city, "市里的新微博。")


@_city_page
def post_edited(scene: Scene) -> None:
    _save(scene.pages["post"], text="改过的微博。")


@_city_page
def post_pinned(scene: Scene) -> None:
    _save(scene.pages["post"], is_pinned=True)


@_city_page
def post_withdrawn(scene: Scene) -> None:
    scene.pages["post"].unpublish()


@_city_page
def picture_of_post_described_anew(scene: Scene) -> None:
    picture = MicroPicture.objects.filter(page_id=scene.pages["post"].pk).select_related("image")[0].image
    picture.title = picture.description = "别的配图说明"
    picture.save()


@_city_page
def picture_taken_from_post(scene: Scene) -> None:
    post = MicroPost.objects.get(pk=scene.pages["post"].pk)
    post.pictures.remove(post.pictures.first())
    post.save_revision().publish()


@_city_page
def film_of_post_renamed(scene: Scene) -> None:
    film = MicroPost.objects.get(pk=scene.pages["post beside"].pk).video
    film.title = "别的片名"
    film.save()


@_city_page
def article_of_post_edited(scene: Scene) -> None:
    _save(ArticlePage.objects.get(title="微博所说的文章"), title="微博所说的另一篇文章")


@_city_page
def article_of_post_withdrawn(scene: Scene) -> None:
    ArticlePage.objects.get(title="微博所说的文章").unpublish()


@_city_page
def column_of_post_s_article_renamed(scene: Scene) -> None:
    _save(get_column("gzdt"), title="改名的工作动态")


@_city_page
def stream_renamed(scene: Scene) -> None:
    _save(scene.pages["stream"], title="政务微博")


@_city_page
def account_has_another_address(scene: Scene) -> None:
    Account.objects.update(profile_url="https://weibo.example/other")


@_city_page
def new_episode(scene: Scene) -> None:
    make_episode(scene.pages["programme"], "又一期", 2, aired_at=datetime(2025, 5, 1, tzinfo=UTC))


@_city_page
def episode_edited(scene: Scene) -> None:
    _save(scene.pages["episode"], title="改过的一期", summary="改过的说明")


@_city_page
def episode_withdrawn(scene: Scene) -> None:
    scene.pages["episode"].unpublish()


@_city_page
def episode_made_private(scene: Scene) -> None:
    PageViewRestriction.objects.create(page=scene.pages["episode"], restriction_type=PageViewRestriction.LOGIN)


@_city_page
def recording_made_private(scene: Scene) -> None:
    document = EpisodePage.objects.get(pk=scene.pages["episode"].pk).media
    folder = Collection.get_first_root_node().add_child(name="内部")
    CollectionViewRestriction.objects.create(collection=folder, restriction_type="login")
    document.collection = folder
    document.save()


@_city_page
def recording_replaced(scene: Scene) -> None:
    document = EpisodePage.objects.get(pk=scene.pages["episode"].pk).media
    document.file = make_media("tones-2.mp3").file
    document.save()


@_city_page
def captions_replaced(scene: Scene) -> None:
    document = EpisodePage.objects.get(pk=scene.pages["film"].pk).captions
    document.file = make_media("film.vtt", content=CAPTIONS).file
    document.save()


@_city_page
def programme_renamed(scene: Scene) -> None:
    _save(scene.pages["programme"], title="改名的节目", outlet="别的电台")


@_city_page
def programme_moved(scene: Scene) -> None:
    scene.pages["programme"].move(get_column("gzdt"), pos="last-child")


@_city_page
def programme_made_private(scene: Scene) -> None:
    PageViewRestriction.objects.create(page=scene.pages["programme"], restriction_type=PageViewRestriction.LOGIN)


@_city_page
def cover_given_to_programme(scene: Scene) -> None:
    _save(scene.pages["programme"], cover=make_picture("方形封面", (1500, 1500)))


@_city_page
def poster_described_anew(scene: Scene) -> None:
    poster = EpisodePage.objects.get(pk=scene.pages["film"].pk).cover
    poster.title = poster.description = "别的海报说明"
    poster.file, poster.file_hash = make_picture("别的海报", (1500, 1500), "#654321").file, "0" * 40
    poster.renditions.all().delete()
    poster.save()


@_city_page
def new_paper_issue(scene: Scene) -> None:
    make_issue(scene.pages["paper programme"], "又一期报纸", 2, issued_on=date(2014, 1, 3))


@_city_page
def text_of_scan_corrected(scene: Scene) -> None:
    issue = PaperIssuePage.objects.get(pk=scene.pages["paper issue"].pk)
    scans = list(issue.scans.all())
    scans[0].text = "改过的版面文字"
    issue.scans = scans
    issue.save_revision().publish()


@_city_page
def pdf_of_an_issue_made_into_pages(scene: Scene) -> None:
    read_paper(document_id=scene.pages["paper from pdf"].pdf_id)


@_city_page
def column_linked_by_a_programme(scene: Scene) -> None:
    programme = ProgrammePage.objects.get(pk=scene.pages["web programme"].pk)
    programme.links = [ProgrammeLink(page=get_column("gzdt"))]
    programme.save_revision().publish()


@change
def new_article_in_county_s_legal_education(scene: Scene) -> None:
    make_article(scene.county, "区里的普法", column="pfdt")


@change
def new_activity_in_county(scene: Scene) -> None:
    make_activity(scene.county, "区里的又一场")


@change
def activity_of_county_removed(scene: Scene) -> None:
    with enter_site(scene.county):
        remove_activity(Activity.objects.get(), acting_user=find_editor(scene.county))


@_city_page
def new_activity(scene: Scene) -> None:
    make_activity(scene.city, "市里的又一场", audience="youth")


@_city_page
def activity_edited(scene: Scene) -> None:
    activity = Activity.objects.get()
    activity.people = 999
    save_activity(activity, [], acting_user=find_editor(scene.city))


@_city_page
def activity_made_private(scene: Scene) -> None:
    activity = Activity.objects.get()
    activity.is_public = False
    save_activity(activity, [], acting_user=find_editor(scene.city))


@_city_page
def picture_of_activity_described_anew(scene: Scene) -> None:
    picture = ActivityPicture.objects.select_related("image").get().image
    picture.title = picture.description = "别的活动图片说明"
    picture.save()


@_city_page
def new_campaign(scene: Scene) -> None:
    make_campaign(scene.city, "又一个活动", campaign="xianfa_zhou", slug="you-yi-ge")


@_city_page
def campaign_edited(scene: Scene) -> None:
    _save(scene.pages["campaign"], title="改名的活动", theme="别的主题")


@_city_page
def campaign_withdrawn(scene: Scene) -> None:
    scene.pages["campaign"].unpublish()


@_city_page
def article_of_campaign_renamed(scene: Scene) -> None:
    _save(ArticlePage.objects.get(title="活动所选的文章"), title="活动所选的另一篇")


@_city_page
def article_of_campaign_withdrawn(scene: Scene) -> None:
    ArticlePage.objects.get(title="活动所选的文章").unpublish()


@_city_page
def column_of_legal_education_filled(scene: Scene) -> None:
    make_article(scene.city, "案例一则", column="yasf")


@change
def date_added_to_the_calendar(scene: Scene) -> None:
    today = timezone.localdate()
    ExtraCampaign.objects.create(name="明天的活动", first_day=today, last_day=today)


@_city_page
def quiz_opened(scene: Scene) -> None:
    now = timezone.now()
    Quiz.objects.create(
        title="现在的答题", opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=1), state="published"
    )


@_city_page
def issue_of_the_digest_renamed(scene: Scene) -> None:
    _save(scene.pages["digest issue"], title="改名的一期手机报")


@change
def new_case_in_county(scene: Scene) -> None:
    make_case(scene.county, "又一个区里的案例")


@change
def county_case_edited(scene: Scene) -> None:
    with enter_site(scene.county):
        _save(ArticlePage.objects.get(title="区里的案例"), title="改名的案例")


@change
def county_case_withdrawn(scene: Scene) -> None:
    with enter_site(scene.county):
        ArticlePage.objects.get(title="区里的案例").unpublish()


@change
def county_case_made_private(scene: Scene) -> None:
    with enter_site(scene.county):
        page = ArticlePage.objects.get(title="区里的案例")
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


@_city_page
def law_amended(scene: Scene) -> None:
    _save(scene.pages["law"], body=[("law", "第二条　办理仍不收费。")])


@_city_page
def law_renamed(scene: Scene) -> None:
    _save(scene.pages["law"], title="另一部法")


@_city_page
def law_withdrawn(scene: Scene) -> None:
    scene.pages["law"].unpublish()


@change
def county_has_a_copy_of_the_law(scene: Scene) -> None:
    make_law(scene.county, text="第二条　另一个文本。")


@change
def law_has_a_short_name(scene: Scene) -> None:
    make_case(scene.county, "用简称的案例", cite("示保法"))
    Abbreviation.objects.create(short="示保法", full="中华人民共和国示例保护法")


@_city_page
def duty_added(scene: Scene) -> None:
    add_duty("市教育局")


@_city_page
def duty_done(scene: Scene) -> None:
    Duty.objects.update(state="done")


@dataclass(frozen=True)
class Shown:
    """The scene, and each of its pages as it looks before anything is changed."""

    scene: Scene
    watcher: Watcher
    before: dict[str, Rendered]
    reads: Reads


@pytest.fixture(scope="module")
def media_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scene")


@pytest.fixture(scope="module")
def shown(module_database: None, media_root: Path) -> Iterator[Shown]:
    """Set once, in a transaction that is never committed: what is done at a commit belongs to no change."""
    with override_settings(MEDIA_ROOT=str(media_root)), transaction.atomic():
        scene = build_scene()
        watcher = Watcher(scene)
        watcher.render(PICTURED)  # pictures are made at the first time
        yield Shown(scene, watcher, watcher.render(), Reads(watcher))
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def taken_back(shown: Shown, media_root: Path, clean_process: None, settings: Any) -> Iterator[None]:
    """What a test changes is gone after it."""
    settings.MEDIA_ROOT = str(media_root)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def scene(shown: Shown) -> Scene:
    return shown.scene


PICTURED = (
    "city campaign",
    "city activities",
    "city home",
    "city topic",
    "city article",
    "city article in cards",
    "city column cards",
    "city person",
    "city column people",
    "city stream",
    "city programme",
    "city film programme",
    "city film",
    "city paper programme",
    "city paper issue",
    "city podcast",
    "city post",
    "city stream feed",
    "county stream",
)
RENDER_ALL = bool(os.environ.get("TAGS_RENDER_ALL"))
"""Renders every page after every change: minutes, in place of seconds."""
PARTS = 10
"""The changes are tried in parts, so that several processes share them."""


def test_every_page_of_the_scene_may_be_kept(shown: Shown) -> None:
    assert not {name: made.obstacle for name, made in shown.before.items() if made.obstacle}


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_that_looks_another_way_was_dropped(shown: Shown, part: int) -> None:
    """For each change: the pages that it did not drop and that read something else now look as they did before."""
    watcher, before = shown.watcher, shown.before
    watcher.render(PICTURED)  # the caches know of every picture, as they do where readers came before the change
    stale, without_effect = [], []
    for name, make_change in list(CHANGES.items())[part::PARTS]:
        with transaction.atomic():
            with purged() as tags, transaction.atomic():
                make_change(shown.scene)
            dropped = [page for page in before if before[page].tags & tags]
            read = shown.reads.list_changed()
            kept = watcher.render(page for page in read if page not in dropped)
            stale += [f"{name}: {page}" for page in kept if not _looks_alike(before[page], kept[page])]
            if not _shows_any(watcher, before, sorted(dropped, key=lambda page: page not in read)):
                without_effect.append(name)
            transaction.set_rollback(True)
    assert not stale
    assert not without_effect, "a change that nobody sees proves nothing"


@pytest.mark.parametrize("name", list(CHANGES) if RENDER_ALL else list(CHANGES)[::20])
def test_page_looks_another_way_only_if_it_reads_something_else(shown: Shown, name: str) -> None:
    """So that the test above need not render the others: here they are rendered, for some of the changes."""
    shown.watcher.render(PICTURED)
    CHANGES[name](shown.scene)
    read = shown.reads.list_changed()
    assert read
    others = shown.watcher.render(page for page in shown.before if page not in read)
    assert not [page for page in others if not _looks_alike(shown.before[page], others[page])]


def _looks_alike(before: Rendered, after: Rendered) -> bool:
    return (before.status, _own_headers(before), before.body) == (after.status, _own_headers(after), after.body)


def _own_headers(made: Rendered) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in made.headers if name != "X-Request-ID")


def _shows_any(watcher: Watcher, before: dict[str, Rendered], dropped: list[str]) -> bool:
    """Whether one of the pages that were dropped does look another way."""
    return any(not _looks_alike(before[page], watcher.render([page])[page]) for page in dropped)


def test_scene_has_every_page_type_and_every_section(scene: Scene) -> None:
    """A page type or section that is added later must be put into the scene."""
    types = {model for model in apps.get_models() if issubclass(model, BasePage) and model is not BasePage}
    shown = {type(page) for page in scene.pages.values()} | {HomePage}
    assert shown == types
    with enter_site(scene.city):
        assert set(everything()) == set(sections.list_section_keys())


def test_article_drops_only_what_shows_it(shown: Shown) -> None:
    """A county's notice is on no page of the city's, and on none of the county's that does not list it."""
    before = shown.before
    with purged() as tags:
        make_article(shown.scene.county, "只在本区的通知", column="tzgg")
    dropped = {name for name in before if before[name].tags & tags}
    assert not {name for name in dropped if name.startswith("city")}


def test_draft_drops_nothing(shown: Shown) -> None:
    before = shown.before
    with purged() as tags, enter_site(shown.scene.city):
        article = ArticlePage.objects.get(pk=shown.scene.pages["article"].pk)
        article.title = "还没有发布的标题"
        article.save_revision()
    assert not {name for name in before if before[name].tags & tags}


def test_way_from_a_second_host_is_not_kept(scene: Scene) -> None:
    """It leads to the primary host of now; when the two change places, a kept one would lead back to itself for ever."""
    add_host(scene.county, "xin.sfj.localhost")
    with connection_kept():
        made = render(get_wsgi_application(), PageKey("http", "xin.sfj.localhost", "/gzdt/", "", ""))
    assert (made.status, made.obstacle) == (301, "of no site")
