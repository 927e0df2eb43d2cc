"""One page of each type with every field filled, and the files they need: for tests, and to look at in a browser."""

import io
import json
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db import transaction
from django.utils import timezone
from PIL import Image
from wagtail.models import Site

from site_core.models import (
    ArticlePage,
    BasePage,
    ColumnPage,
    DocumentPage,
    InfoPage,
    PageAttachment,
    PersonPage,
    ServiceGuidePage,
    SiteDetails,
    SiteDocument,
    SiteImage,
    TopicPage,
)
from site_core.selectors import get_column, get_home

ORGAN_CODE = "MB0100001"
LAW = "第一章　总则\n第一条　为了方便群众，制定本办法。\n第二条　办理不收费。\n第二章　附则\n第三条　自发布之日起施行。"


def publish(parent: Any, page: Any) -> Any:
    """The page, public below the parent, as the database has it."""
    with transaction.atomic():
        type(parent).objects.get(pk=parent.pk).add_child(instance=page)
        page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def make_column(slug: str, layout: str, title: str = "", parent: BasePage | None = None, **fields: Any) -> ColumnPage:
    """A public column on the current site."""
    column = ColumnPage(title=title or f"{layout}栏目", slug=slug, layout=layout, summary="栏目说明。", **fields)
    return publish(parent or get_home(), column)


def make_picture(title: str = "示意图", size: tuple[int, int] = (1200, 750), colour: str = "#8fa9bf") -> SiteImage:
    """A picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    buffer.seek(0)
    return SiteImage.objects.create(
        title=title, file=ImageFile(buffer, name="picture.png"), description=f"{title}：示意"
    )


def make_file(title: str, name: str, content: bytes = b"%PDF-1.4 sample") -> SiteDocument:
    """A file of the current site."""
    document = SiteDocument(title=title, file=ContentFile(content, name=name), file_size=len(content))
    document.save()
    return document


def stream(*blocks: tuple[str, Any]) -> str:
    """What a body field takes, from raw values."""
    return json.dumps([{"type": kind, "value": value} for kind, value in blocks], ensure_ascii=False)


def picture_value(image: SiteImage, alt: str) -> dict[str, Any]:
    """Raw value of a picture in a body."""
    return {"image": image.pk, "alt_text": alt, "decorative": False}


def set_organ_code() -> None:
    """Without it no document can be published."""
    SiteDetails.objects.update_or_create(site=Site.objects.get(), defaults={"organ_code": ORGAN_CODE})


def make_full_body(law_page: BasePage | None = None) -> str:
    """Every block of a body once, tables and law texts among them."""
    picture, film = make_picture("大厅"), make_file("宣传片", "film.mp4", b"mp4")
    captions, form = make_file("字幕", "film.vtt", b"WEBVTT"), make_file("申请表", "form.docx", b"docx")
    pictures = [{"image": picture_value(picture, f"第{n}张"), "caption": f"图注{n}"} for n in (1, 2, 3)]
    return stream(
        ("paragraph", "<h2>第一节标题</h2><p>正文一段，说明办理的条件和期限。</p><ul><li>甲项</li><li>乙项</li></ul>"),
        ("image", picture_value(picture, "大厅全景")),
        ("table", "<table><tbody><tr><th scope='col'>环节</th><th scope='col'>时限</th></tr><tr><td>审查</td><td>7日内</td></tr></tbody></table>"),
        ("gallery", {"title": "活动图集", "pictures": pictures}),
        ("video", {"title": "办事宣传片", "film": film.pk, "poster": picture_value(picture, "片头"), "captions": captions.pk,
                   "transcript": "<p>主持人：文字稿第一句。</p>"}),
        ("file", {"document": form.pk, "label": "申请表空白样式"}),
        ("quote", {"text": "群众少跑一趟，靠的是一套标准。", "attribution": "公共法律服务科"}),
        ("law_reference", {"law": "示例法", "article": "第二条", "text": "办理不收费。", "page": law_page.pk if law_page else None, "url": ""}),
        ("map", {"image": picture_value(picture, "服务点分布图"), "approval_number": "甘S（2021）9号", "caption": "全市服务点"}),
        ("law", LAW),
    )  # fmt: skip


def make_article_with_everything(parent: BasePage, title: str = "一篇什么都有的文章", **fields: Any) -> ArticlePage:
    """Every field and block of an article, with two files."""
    page = ArticlePage(
        title=title, subtitle="副标题说明一句", summary="摘要文字，两三句话。", author="公共法律服务科", responsible_editor="李某",
        source="某某日报", cover=make_picture("封面"), body=make_full_body(), **fields,
    )  # fmt: skip
    made = publish(parent, page)
    PageAttachment.objects.create(
        page=made, document=make_file("申领表", "table.pdf", b"%PDF-1.4" + b"x" * 190_000), label="申领表（样表）"
    )
    PageAttachment.objects.create(page=made, document=make_file("受理点地址和电话", "list.xlsx", b"xlsx" * 900))
    return made


def make_document(
    parent: BasePage, title: str = "关于印发《示例管理办法》的通知", number: str = "平司发〔2026〕18号", **fields: Any
) -> DocumentPage:
    """A policy document with its elements, body and basis."""
    set_organ_code()
    body = stream(
        ("addressee", "各县（区）司法局，各律师事务所"),
        ("paragraph", "<p>《示例管理办法》已经局务会议审议通过，现印发给你们，请遵照执行。</p>"),
        ("sign_off", {"organs": ["某某市司法局"], "signed_on": "2026-11-10", "note": "此件公开发布"}),
        ("law", LAW),
    )
    basis = stream(
        (
            "law",
            {
                "law": "中华人民共和国示例法",
                "article": "第四十二条",
                "text": "",
                "page": None,
                "url": "https://www.example.gov.cn/law",
            },
        )
    )
    values = {
        "issued_on": date(2026, 11, 10), "effective_on": date(2026, 11, 12), "expires_on": date(2031, 11, 30), "topic": "法律援助",
        "body": body, "basis": basis, **fields,
    }  # fmt: skip
    return publish(parent, DocumentPage(title=title, document_number=number, **values))


def make_person(parent: BasePage, name: str = "张某", **fields: Any) -> PersonPage:
    """A lawyer with every field of the directory."""
    values = {
        "role": "lawyer", "position": "合伙人", "organisation_name": "某甲律师事务所", "licence_number": "16208202010000001",
        "specialities": "婚姻家庭，劳动争议", "duties": "分管公益法律服务。", "resume": "<p>二〇一〇年开始执业。</p>",
        "telephone": "0933-8200000", "mail": "zhang@example.invalid", "hours": "周一至周五 9:00—17:00", **fields,
    }  # fmt: skip
    return publish(parent, PersonPage(title=name, **values))


def make_guide(parent: BasePage, title: str = "法律援助申请", **fields: Any) -> ServiceGuidePage:
    """A guide with all key elements."""
    form = make_file("申请表", "apply.docx", b"docx" * 3000)
    materials = stream(
        (
            "material",
            {
                "name": "法律援助申请表",
                "copies": "原件 1 份",
                "is_required": True,
                "note": "可以现场填写。",
                "sample": form.pk,
            },
        ),
        ("material", {"name": "身份证明", "copies": "复印件 1 份", "is_required": True, "note": "", "sample": None}),
        (
            "material",
            {
                "name": "经济困难证明",
                "copies": "原件 1 份",
                "is_required": False,
                "note": "持爱心卡的不用提供。",
                "sample": None,
            },
        ),
    )
    steps = stream(
        *(("step", {"title": each, "text": "当场办理，不用预约。"}) for each in ("申请", "审查", "指派律师"))
    )
    questions = stream(("question", {"question": "外地人能申请吗？", "answer": "能，不受户籍限制。"}))
    values = {
        "summary": "打官司没钱，符合条件的免费请律师。", "icon": "scale", "audience": "自然人", "basis": "<p>《法律援助法》第三十一条。</p>",
        "conditions": "<p>因经济困难没有委托代理人的。</p>", "materials": materials, "steps": steps, "place": "市公共法律服务中心一楼 3 号窗口",
        "hours": "工作日 8:30—12:00，14:30—18:00", "telephone": "0933-8212348", "time_limit": "7 个工作日", "fee": "不收费", "result": "法律援助决定书",
        "online_url": "https://zwfw.example.gov.cn/apply", "booking_url": "https://zwfw.example.gov.cn/book", "questions": questions, **fields,
    }  # fmt: skip
    return publish(parent, ServiceGuidePage(title=title, **values))


def make_topic(parent: BasePage, title: str = "宪法宣传周", **fields: Any) -> TopicPage:
    """A topic that begins in ten days."""
    today = timezone.localdate()
    values = {
        "summary": "十二月一日至七日。", "cover": make_picture("专题图"), "opens_on": today + timedelta(days=10),
        "closes_on": today + timedelta(days=17), "body": stream(("paragraph", "<p>导语一段。</p>")), **fields,
    }  # fmt: skip
    return publish(parent, TopicPage(title=title, **values))


def make_info(parent: BasePage, title: str = "主要职责", **fields: Any) -> InfoPage:
    """Standing information, looked through on a day."""
    values = {"reviewed_on": date(2026, 9, 1), "body": stream(("paragraph", "<p>一、起草规章。</p>")), **fields}
    return publish(parent, InfoPage(title=title, **values))


def make_every_type() -> dict[str, Any]:
    """A page of each type on the current site, by name of the type, at `…/sample-<type>/`."""
    column = get_column("tzgg")
    people, guides = make_column("minglu", "people", "律师名录"), make_column("zhinan2", "guides", "办事指南")
    document = make_document(make_column("wenjian", "documents", "规范性文件"), slug="sample-document")
    return {
        "article": make_article_with_everything(column, interprets=document, slug="sample-article"),
        "document": document,
        "info": make_info(column, slug="sample-info"),
        "person": make_person(people, slug="sample-person"),
        "guide": make_guide(guides, slug="sample-guide"),
        "topic": make_topic(get_home(), slug="sample-topic"),
    }
