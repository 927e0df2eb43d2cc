"""What all pages of a site share: identity, provenance, cover, attachments, and the first publication as evidence."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page

from site_core import doors, lock_guards
from site_core.locks import LOCK_LABELS, PROGRAM_FIELDS, held_fields, is_rollout
from site_core.page_forms import SitePageForm
from site_core.paths import PathReserved, check_slug, new_slug
from site_core.previewing import PREVIEW_MODES, dress_request
from site_core.selectors import PublicPageManager
from tenants.current import current_site, root_url

# Asking the database about each of these costs a query a save, ten in all.
_SET_BY_PROGRAM = frozenset(
    {
        *("path", "depth", "numchild", "url_path", "translation_key", "locale", "content_type", "alias_of", "owner"),
        *("latest_revision", "live_revision", "locked_by", "page_ptr", "basepage_ptr"),
        *("origin_key", "node_key", "source_id", "locks"),
    }
)


class PageLabel(models.TextChoices):
    """The word before a title in lists: what the reader has before him."""

    NONE = "", "无"
    NOTICE = "通知", "通知"
    ANNOUNCEMENT = "公告", "公告"
    PUBLICITY = "公示", "公示"
    CONSULTATION = "征集", "征集"
    MEETING = "会议", "会议"


class BasePage(Page):
    """What every page of a site has. Its origin, its node and its import id are its identity and stay out of copies."""

    live: bool
    path: str
    first_published_at: datetime | None

    origin_key = models.UUIDField("来源标识", default=uuid.uuid4, editable=False, db_index=True)
    node_key = models.CharField("蓝图节点", max_length=60, blank=True, editable=False, db_index=True)
    locks = ArrayField(
        models.CharField(max_length=10, choices=[(lock.value, label) for lock, label in LOCK_LABELS.items()]),
        verbose_name="蓝图锁定",
        default=list,
        blank=True,
        editable=False,
    )
    source_id = models.CharField("导入标识", max_length=100, blank=True, editable=False)
    summary = models.TextField("摘要", blank=True, max_length=500, help_text="100 至 300 字，用于列表、搜索和分享。")
    keywords = models.CharField("关键词", max_length=200, blank=True, help_text="用逗号分隔。")
    source = models.CharField("来源", max_length=100, blank=True, help_text="转载须注明；留空为本单位。")
    author = models.CharField("作者", max_length=60, blank=True)
    responsible_editor = models.CharField("责任编辑", max_length=60, blank=True)
    label = models.CharField("标签", max_length=4, blank=True, choices=PageLabel.choices, default=PageLabel.NONE)
    cover = models.ForeignKey(
        "site_core.SiteImage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="封面",
    )
    public_at = models.DateTimeField(
        "发布时间",
        null=True,
        blank=True,
        db_index=True,
        help_text="留空即首次发布的时间；提前须说明理由，并记入账册。",
    )
    backdating_reason = models.CharField("提前发布时间的理由", max_length=200, blank=True)

    objects = PublicPageManager()

    is_item = False
    """Whether columns list pages of this type."""
    is_column = False
    """Whether readers take pages of this type for a column; then they have a `kind`."""
    column_type = "site_core.ColumnPage"
    """Type of the columns that stand above pages of this type."""
    cover_kinds: tuple[str, ...] = ("thumb", "card", "lead", "body", "shared")
    """In which kinds (`picture_kinds`) lists, home pages and the page itself show its cover."""
    reserved_slug = ""
    """The one reserved address that pages of this type may take, and take."""
    program_fields: tuple[str, ...] = PROGRAM_FIELDS
    """What a rollout alone writes, and no draft brings back."""

    base_form_class = SitePageForm
    exclude_fields_in_copy = [
        *("origin_key", *PROGRAM_FIELDS, "source_id", "public_at", "backdating_reason"),
        *("first_published_at", "last_published_at"),
    ]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("show_in_menus")], heading="网址与导航"
        ),
        MultiFieldPanel([FieldPanel("public_at"), FieldPanel("backdating_reason")], heading="发布时间"),
    ]

    class Meta:
        verbose_name = "页面"
        verbose_name_plural = "页面"
        constraints = [
            models.UniqueConstraint(
                fields=["node_key"], condition=~models.Q(node_key=""), name="site_core_basepage_node_once"
            ),
            models.UniqueConstraint(
                fields=["source_id"], condition=~models.Q(source_id=""), name="site_core_basepage_source_once"
            ),
        ]

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """As readers see the page, and in elder mode."""
        return PREVIEW_MODES

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        """The page in the dress of that mode."""
        return super().serve_preview(dress_request(request, mode_name), mode_name)

    def get_url_parts(self, request: Any = None) -> Any:
        """Wagtail's parts, with scheme, host and port of the site instead of those in its own Site row."""
        parts = super().get_url_parts(request)
        return (parts[0], root_url(), parts[2]) if parts else parts

    @property
    def shown_source(self) -> str:
        """Source as the reader sees it: this organisation where none is named."""
        return self.source or current_site().name

    @property
    def shown_picture(self) -> Any:
        """The picture that stands for the page where somebody else shows a link to it; None for none."""
        return self.cover

    def _set_core_field_defaults(self) -> None:
        self.slug: str
        self.slug = self.slug or new_slug()
        super()._set_core_field_defaults()

    def full_clean(self, exclude: Any = None, **kwargs: Any) -> None:  # type: ignore[override] # Wagtail's takes anything
        """Validate what people enter; what only the program sets is held by the database's own constraints."""
        super().full_clean(exclude=_SET_BY_PROGRAM | set(exclude or ()), **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Wagtail's, with what is locked as it is now: a draft of before a rollout must not bring the old name back."""
        page = super().with_content_json(content)
        # From the database: what calls may be the very object that somebody changed.
        stored = type(self).objects.filter(pk=self.pk).first() or self
        held = held_fields(stored)
        for name in (*self.program_fields, *held, *(("url_path",) if "slug" in held else ())):
            setattr(page, name, getattr(stored, name))
        return page

    def clean(self) -> None:
        """Refuse reserved addresses, what a blueprint locks, and a publication time set back without a reason."""
        super().clean()
        self._check_reserved_slug()
        lock_guards.explain(self)
        self._check_public_at()

    def _check_reserved_slug(self) -> None:
        if (self.depth is not None and self.depth > 3) or self.slug == self.reserved_slug:
            return
        try:
            check_slug(self.slug)
        except PathReserved as refusal:
            raise ValidationError({"slug": str(refusal)}) from refusal

    def _check_public_at(self) -> None:
        if self.public_at is None:
            return
        if self.public_at > timezone.now() + timedelta(minutes=5):
            raise ValidationError({"public_at": "发布时间不能晚于现在；定时发布请用“定时发布”。"})
        published = self.first_published_at or timezone.now()
        if self.public_at < published - timedelta(days=1) and not self.backdating_reason.strip():
            raise ValidationError({"backdating_reason": "发布时间早于实际首次发布一天以上，须说明理由。"})

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save, and announce what that did to the public (`doors`), in one transaction.

        The first publication time is evidence: what the database holds is kept, whatever the caller holds.
        """
        with transaction.atomic():
            lock_guards.guard_save(self, kwargs.get("update_fields"))
            before = doors.find_before(self)
            if before is None:
                self._forget_original()
                self._wait_for_publication()
            else:
                self._keep_place(before)
                self._keep_first_publication(before, kwargs)
            self._settle_public_at()
            self._settle_on_publication(kwargs)
            result = super().save(*args, **kwargs)
            doors.after_save(self, before, kwargs.get("update_fields"))
        return result

    def _settle_on_publication(self, save_arguments: dict[str, Any]) -> None:
        """For page types that are given something at their first publication."""

    def _settle_public_at(self) -> None:
        """Where nobody chose another time it is that of the first publication; a form, which has no seconds, is no choice."""
        first = self.first_published_at
        unchosen = self.public_at is None or (first and self.public_at == first.replace(second=0, microsecond=0))
        if self.live and first and unchosen:
            self.public_at = first

    def _forget_original(self) -> None:
        """Wagtail copies every field into an alias, those that make a page the blueprint's own among them."""
        if self.alias_of_id and not is_rollout():
            self.node_key, self.locks, self.source_id = "", [], ""

    def _wait_for_publication(self) -> None:
        """A new page without a publication time is a draft.

        Wagtail makes new pages and copies live first and gives them their revision a moment later: two events for one.
        """
        self._is_waiting = self.live and self.first_published_at is None
        self.live = self.live and not self._is_waiting

    def _keep_place(self, before: doors.PageBefore) -> None:
        """Where a page stands is the tree's to say: an object loaded before a move must not put the old place back."""
        self.numchild = before.numchild
        if self.path != before.path:
            self.path, self.depth = before.path, len(before.path) // self.steplen
            self.set_url_path(self.get_parent(update=True))

    def _keep_first_publication(self, before: doors.PageBefore, kwargs: dict[str, Any]) -> None:
        self.first_published_at = before.first_published_at or self.first_published_at
        fields = kwargs.get("update_fields")
        if getattr(self, "_is_waiting", False) and fields and "live_revision" in fields:
            self.live, self._is_waiting = True, False
            kwargs["update_fields"] = [*fields, "live", "public_at"]


class PageAttachment(Orderable):
    """A file that belongs to a page."""

    page = ParentalKey(BasePage, on_delete=models.CASCADE, related_name="attachments")
    document = models.ForeignKey(
        "site_core.SiteDocument", on_delete=models.PROTECT, related_name="+", verbose_name="文件"
    )
    label = models.CharField("名称", max_length=200, blank=True, help_text="留空即文件名称。")

    panels = [FieldPanel("document"), FieldPanel("label")]

    class Meta(Orderable.Meta):
        verbose_name = "附件"
        verbose_name_plural = "附件"

    def __str__(self) -> str:
        return self.label or str(self.document)


ITEM_PARENTS = ["site_core.ColumnPage", "site_core.TopicPage"]
"""Where articles, documents and information may stand."""


def attachments_panel() -> InlinePanel:
    """Files of the page, in the editor."""
    return InlinePanel("attachments", heading="附件", label="附件")


def provenance_panel() -> MultiFieldPanel:
    """Where the page comes from and who answers for it, in the editor."""
    return MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("source"), FieldPanel("author")]),
            FieldRowPanel([FieldPanel("responsible_editor"), FieldPanel("keywords")]),
        ],
        heading="出处",
    )
