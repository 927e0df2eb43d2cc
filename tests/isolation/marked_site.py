"""A site filled with one of everything, each thing with a mark in it; 崆峒区's under ids that no other site has.

The secret mark stands in what only the site's own people may see, the public one in what every reader may see. `FINDER`
stands beside both, to search by: an answer may repeat what was searched for.
"""

import hashlib
import io
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image
from taggit.models import Tag
from wagtail.admin.models import EditingSession, FormState
from wagtail.contrib.redirects.models import Redirect
from wagtail.embeds.models import Embed
from wagtail.models import (
    APIToken,
    Collection,
    CollectionViewRestriction,
    Comment,
    CommentReply,
    GroupApprovalTask,
    Page,
    PageLogEntry,
    PageSubscription,
    PageViewRestriction,
    Site,
    UploadedFile,
    Workflow,
    WorkflowTask,
)

from accounts import ledger
from accounts.models import LedgerHead, User
from legal_education.cases.models import Duty
from legal_education.models import EpisodePage, ProgrammePage
from legal_education.quiz.models import BankImport, Certificate, PaperRule, Question, Quiz, QuizState
from legal_education.quiz.papers.items import read_items
from legal_education.quiz.taking.actions import Entry, enter, hand_in
from legal_education.quiz.taking.saving import Choice, Sitting
from microblog.models import (
    Account,
    AccountState,
    ComposeRule,
    Connection,
    Delivery,
    MicroPicture,
    MicroPost,
    StreamPage,
)
from microblog.platforms import Platform
from review.models import REVIEWERS, ReviewRound, ReviewStep
from site_core.actions import ArticleDraft, publish_article, publish_page
from site_core.member_actions import invite
from site_core.models import ArticlePage, ColumnPage, Membership, SiteDocument, SiteImage
from site_core.selectors import get_home
from tenants.current import enter_site
from tenants.models import Organisation
from tenants.selectors import find_primary_host
from tests.factories import PASSWORD, make_person
from tests.isolation.marked_campaign import make_marked_campaign
from tests.isolation.marked_digest import make_marked_digest
from tests.legal_education.samples import make_media

FINDER = "寻物"
FAR = 900_000
ROLES = ("editor", "reviewer_1", "reviewer_2", "reviewer_3", "site_admin", "auditor")


@dataclass(frozen=True)
class Marks:
    """Words that stand in what is secret, and in what is public."""

    secret: str
    public: str


A_MARKS = Marks("zq7secret", "zq7public")
B_MARKS = Marks("kv4secret", "kv4public")
CITY_MARKS = Marks("wd2secret", "wd2public")


@dataclass
class MarkedSite:
    """The site, its people by role, its things by name, and the addresses at which its public things stand."""

    site: Organisation
    marks: Marks
    people: dict[str, User] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Its primary host."""
        return find_primary_host(self.site)

    def __getitem__(self, name: str) -> Any:
        """A thing by name."""
        return self.things[name]


def fill(site: Organisation, marks: Marks, *, far: bool = False) -> MarkedSite:
    """One of everything on the site. With `far`, all its sequences stand 900,000 further, so that ids cannot collide."""
    made = MarkedSite(site, marks)
    if far:
        _advance_sequences(site.schema_name)
    with enter_site(site), transaction.atomic():
        _add_people(made)
        _add_collections(made)
        _add_files(made)
        _add_pages(made)
        _add_posts(made)
        _add_workflow(made)
        _add_traces(made)
        _add_review(made)
        _add_microblog(made)
        _add_quiz(made)
        made.things["activity"] = make_marked_campaign(marks.secret, f"{FINDER} {marks.public}", made.people["editor"])
        made.things |= make_marked_digest(made["column"], made["article"], marks.secret, f"{FINDER} {marks.public}")
        _add_programme(made)
        _add_duty(made)
        _add_secrets(made)
    return made


def _advance_sequences(schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%%I.%%I', schemaname, sequencename) FROM pg_sequences WHERE schemaname = %s", [schema]
        )
        for (name,) in cursor.fetchall():
            cursor.execute("SELECT setval(%s, nextval(%s) + %s)", [name, name, FAR])
    LedgerHead.objects.filter(chain=schema).update(position=FAR)


def _add_people(made: MarkedSite) -> None:
    for role in ROLES:
        user = make_person(f"{made.marks.secret}.{role}".replace("_", "-"))
        User.objects.filter(pk=user.pk).update(last_name=made.marks.secret, first_name=role)
        Membership.objects.create(user=user, group=Group.objects.get(name=role))
        made.people[role] = User.objects.get(pk=user.pk)


def _add_collections(made: MarkedSite) -> None:
    root = Collection.get_first_root_node()
    made.things["collection"] = root.add_child(name=f"{FINDER} {made.marks.secret} 文件夹")
    made.things["private_collection"] = root.add_child(name=f"{FINDER} {made.marks.secret} 密件")
    made.things["collection_restriction"] = CollectionViewRestriction.objects.create(
        collection=made["private_collection"], restriction_type="password", password=PASSWORD
    )


def _add_files(made: MarkedSite) -> None:
    secret, public = made.marks.secret, made.marks.public
    made.things["image"] = image = add_image(f"{FINDER} {public} 图片", f"{public}.png")
    image.tags.add(f"{FINDER}{public}")
    made.things["tag"] = Tag.objects.get(name=f"{FINDER}{public}")
    made.things["private_image"] = private = add_image(f"{FINDER} {secret} 图片", f"{secret}.png", "blue")
    SiteImage.objects.filter(pk=private.pk).update(collection=made["private_collection"])
    made.things["rendition"] = image.get_rendition("width-40|format-webp")
    made.things["document"] = _add_document(f"{FINDER} {public} 文件", "open.pdf", f"%PDF-1.4 {public}")
    made.things["private_document"] = _add_document(
        f"{FINDER} {secret} 密件", "closed.pdf", f"%PDF-1.4 {secret}", collection=made["private_collection"]
    )
    for kind in (SiteImage, SiteDocument):
        made.things[f"uploaded_{kind._meta.model_name}"] = UploadedFile.objects.create(
            for_content_type=ContentType.objects.get_for_model(kind),
            file=ContentFile(secret.encode(), name=f"{secret}.bin"),
            uploaded_by_user=made.people["editor"],
        )
    made.paths["rendition"] = made["rendition"].url
    made.paths["original"] = f"/media/{image.file.name}"


def add_image(title: str, name: str, colour: str = "red", **fields: Any) -> SiteImage:
    """A small picture on the current site."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(buffer, "PNG")
    buffer.seek(0)
    return SiteImage.objects.create(title=title, file=ImageFile(buffer, name=name), width=64, height=48, **fields)


def _add_document(title: str, name: str, content: str, **fields: Any) -> SiteDocument:
    document = SiteDocument(title=title, file=ContentFile(content.encode(), name=name), **fields)
    document.file_size = len(content)
    document.save()
    return document


def _add_pages(made: MarkedSite) -> None:
    secret, public, editor = made.marks.secret, made.marks.public, made.people["editor"]
    column = ColumnPage(title=f"{FINDER} {public} 栏目", slug="found", show_in_menus=True, summary=public)
    get_home().add_child(instance=column)
    column.save_revision(user=editor).publish(user=editor, skip_permission_checks=True)
    made.things["column"] = column = ColumnPage.objects.get(pk=column.pk)
    body = [("paragraph", f"<p>{FINDER} {public} 正文</p>")]
    fields = {"cover": made["image"], "summary": f"{public} 摘要", "slug": "open-article"}
    made.things["article"] = publish_article(
        column, ArticleDraft(f"{FINDER} {public} 公开", body, "", None, fields), acting_user=editor
    )
    made["article"].attachments.create(document=made["document"], label=f"{public} 附件")
    body = [("paragraph", f"<p>{FINDER} {secret} 密文</p>")]
    fields = {"slug": "closed-article", "summary": secret}
    made.things["private"] = publish_article(
        column, ArticleDraft(f"{FINDER} {secret} 不公开", body, "", None, fields), acting_user=editor
    )
    made.things["page_restriction"] = PageViewRestriction.objects.create(
        page=made["private"], restriction_type="password", password=PASSWORD
    )
    draft = ArticlePage(title=f"{FINDER} {secret} 草稿", slug="draft-article", live=False, owner=editor, summary=secret)
    ColumnPage.objects.get(pk=column.pk).add_child(instance=draft)
    made.things["first_revision"] = draft.save_revision(user=editor)
    draft.subtitle = f"{secret} 改动"
    made.things["revision"] = draft.save_revision(user=editor)
    draft.locked, draft.locked_by, draft.locked_at = True, editor, timezone.now()
    draft.save()
    made.things["draft"] = Page.objects.get(pk=draft.pk).specific
    _add_scheduled_change(made)
    made.paths |= {"column": "/found/", "feed": "/found/feed.xml"}
    made.paths |= {name: f"/found/{made[name].slug}/" for name in ("article", "private", "draft")}


def _add_posts(made: MarkedSite) -> None:
    """A public post with a picture and a link, one behind a password, a draft, and an account with its credentials."""
    secret, public, stream = made.marks.secret, made.marks.public, StreamPage.objects.get()
    made.things["account"] = account = Account.objects.create(
        name=f"{FINDER} {public} 帐号", platform=Platform.WEBHOOK, base_url=f"http://127.0.0.1:9/{secret}",
        state=AccountState.LIVE, profile_url=f"http://{public}.example/", responsible_person=secret, filing_number=secret,
    )  # fmt: skip
    reached = Connection(account=account)
    reached.write_secrets(token=secret)
    reached.save()
    made.things["post"] = post = MicroPost(text=f"{FINDER} {public} 微博", slug="open-post", link_page=made["article"])
    post.pictures.add(MicroPicture(image=made["image"], description=f"{public} 配图"))
    closed = MicroPost(text=f"{FINDER} {secret} 不公开的微博", slug="closed-post")
    for each in (post, closed):
        publish_page(stream, each, acting_user=made.people["editor"])
        stream.refresh_from_db()
    PageViewRestriction.objects.create(page=closed, restriction_type="password", password=PASSWORD)
    draft = MicroPost(text=f"{FINDER} {secret} 微博草稿", slug="draft-post", live=False, owner=made.people["editor"])
    stream.add_child(instance=draft)
    draft.save_revision(user=made.people["editor"])
    made.paths |= {"post": "/micro/open-post/", "stream": "/micro/"}


def _add_scheduled_change(made: MarkedSite) -> None:
    """The public article has a change that is not out yet."""
    page = Page.objects.get(pk=made["article"].pk).specific
    page.subtitle = f"{made.marks.secret} 待发布"
    page.go_live_at = timezone.now() + timedelta(days=1)
    revision = page.save_revision(user=made.people["editor"], approved_go_live_at=page.go_live_at)
    made.things["scheduled_revision"] = revision


def _add_workflow(made: MarkedSite) -> None:
    task = GroupApprovalTask.objects.create(name=f"{FINDER} {made.marks.secret} 审核")
    task.groups.set(Group.objects.all())
    workflow = Workflow.objects.create(name=f"{FINDER} {made.marks.secret} 流程")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    state = workflow.start(made["draft"], made.people["editor"])
    made.things |= {"task": task, "workflow": workflow, "workflow_state": state, "task_state": state.current_task_state}


def _add_traces(made: MarkedSite) -> None:
    secret, editor, draft = made.marks.secret, made.people["editor"], made["draft"]
    comment = Comment.objects.create(page=draft, user=editor, text=f"{secret} 批注", contentpath="title")
    CommentReply.objects.create(comment=comment, user=editor, text=f"{secret} 回复")
    PageSubscription.objects.create(page=draft, user=editor, comment_notifications=True)
    session = EditingSession.objects.create(
        user=editor, content_object=draft.page_ptr if hasattr(draft, "page_ptr") else draft, last_seen_at=timezone.now()
    )
    redirect = Redirect.objects.create(
        old_path="/old-address", redirect_link=f"/{made.marks.public}/", site=Site.objects.get()
    )
    FormState.objects.update_or_create_by_instance(
        draft, user=editor, defaults={"data": f"title={secret}", "last_updated_at": timezone.now()}
    )
    Embed.objects.create(
        url=f"https://example.invalid/{secret}", hash=secret[:32], type="video", html=f"<b>{secret}</b>"
    )
    entry = ledger.record("test.marked", draft, editor, {"note": secret})
    made.things |= {
        "comment": comment, "editing_session": session, "redirect": redirect, "ledger_entry": entry,
        "wagtail_site": Site.objects.get(), "log_entry": PageLogEntry.objects.filter(page=draft.pk).first(),
    }  # fmt: skip


def _add_review(made: MarkedSite) -> None:
    secret, draft, editor = made.marks.secret, made["draft"], made.people["editor"]
    round = ReviewRound.objects.create(
        page=draft, page_title=f"{FINDER} {secret} 送审", column_title=secret, revision=made["revision"],
        steps=list(REVIEWERS), content_hash="0" * 64, submitted_by=editor,
    )  # fmt: skip
    ReviewStep.objects.create(
        round=round, pass_number=1, actor=editor, actor_name=secret, decision="submit", opinion=f"{secret} 意见"
    )
    made.things["review_round"] = round


def _add_microblog(made: MarkedSite) -> None:
    """An account that is being opened, so that nothing leaves, what was sent to it, and a rule."""
    secret = made.marks.secret
    account = Account.objects.create(
        platform="weibo", name=f"{FINDER} {secret} 帐号", state="opening", filing_number=secret
    )
    connection = Connection(account=account)
    connection.write_secrets(client_id=secret, client_secret=secret)
    connection.save()
    delivery = Delivery.objects.create(
        account=account, item=uuid.uuid4(), revision_id=1, key=hashlib.sha256(secret.encode()).hexdigest(),
        title=f"{FINDER} {secret} 微博", text=secret, link="https://example.invalid/", content_hash="0" * 64,
        state="failed", error_text=f"{secret} 失败",
    )  # fmt: skip
    rule = ComposeRule.objects.create(name=f"{FINDER} {secret} 规则")
    made.things |= {"micro_account": account, "micro_delivery": delivery, "micro_rule": rule}


def _add_quiz(made: MarkedSite) -> None:
    """A public quiz, its questions and people secret."""
    secret, public, now = made.marks.secret, made.marks.public, timezone.now()
    question = Question.objects.create(
        kind="single", text=f"{FINDER} {secret} 题目", options=[f"{secret} 甲", "乙"], answer="A",
        law=f"{secret} 法", explanation=f"{secret} 解析", topic=secret,
    )  # fmt: skip
    quiz = Quiz.objects.create(
        title=f"{FINDER} {public} 答题", opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1),
        regions=public, state=QuizState.PUBLISHED, certificate_score=1,
    )  # fmt: skip
    PaperRule.objects.create(quiz=quiz, kind="single", count=1, points=5)
    entry = Entry(f"甲{secret}乙", public, "", "13900000000", secret.encode().hex().zfill(32)[:32])
    participant, attempt = enter(quiz, entry, now=now)
    sitting = Sitting(quiz.pk, participant.pk, attempt.pk)
    right = read_items(attempt.paper)[0].letters_of({0})
    hand_in(sitting, now=now, choices={0: Choice(right, 1)})
    waiting = BankImport.objects.create(file_name=f"{secret}.xlsx", errors=[], made_by=made.people["editor"])
    certificate = Certificate.objects.get(participant=participant)
    made.things |= {
        "question": question, "quiz": quiz, "attempt": attempt, "bank_import": waiting, "certificate": certificate,
    }  # fmt: skip


def _add_programme(made: MarkedSite) -> None:
    """A programme with an episode for everybody and one for nobody, and a PDF of a newspaper."""
    secret, public = made.marks.secret, made.marks.public
    programme = ProgrammePage(title=f"{FINDER} {public} 节目", slug="heard", outlet=f"{public} 电台")
    publish_page(ColumnPage.objects.get(pk=made["column"].pk), programme)
    for name, mark in (("open", public), ("closed", secret)):
        # As editors are told to: a file of a private page lies in a private collection.
        place = {"collection": made["private_collection"]} if name == "closed" else {}
        media = make_media("tones-2.mp3", f"{FINDER} {mark} 录音", **place)
        said: Any = [{"type": "speech", "value": {"speaker": mark, "text": f"{FINDER} {mark} 文字稿"}}]
        episode = EpisodePage(
            title=f"{FINDER} {mark} 一期", slug=f"{name}-episode", media=media, summary=mark, transcript=said
        )
        publish_page(ProgrammePage.objects.get(pk=programme.pk), episode)
        made.things[f"{name}_episode"] = episode
    PageViewRestriction.objects.create(page=made["closed_episode"], restriction_type="password", password=PASSWORD)
    made.things |= {"programme": programme, "media": made["open_episode"].media}
    made.paths |= {"programme": "/found/heard/", "podcast": "/found/heard/podcast.xml"}
    made.paths |= {f"{name}_episode": f"/found/heard/{name}-episode/" for name in ("open", "closed")}


def _add_duty(made: MarkedSite) -> None:
    """A line of the public list of duties; its note is for the site's own people."""
    made.things["duty"] = Duty.objects.create(
        year=2026, unit=f"{FINDER} {made.marks.public} 单位", laws=made.marks.public, form="讲座",
        deadline=timezone.localdate(), note=made.marks.secret,
    )  # fmt: skip
    made.paths["duties"] = "/pufa/duties/"


def _add_secrets(made: MarkedSite) -> None:
    admin = made.people["site_admin"]
    made.things["invitation"] = invite(f"{made.marks.secret}@example.invalid", ["editor"], acting_user=admin)
    for role, user in made.people.items():
        made.tokens[role] = APIToken.create_token(user=user, name=f"{made.marks.secret} 令牌")[1]
