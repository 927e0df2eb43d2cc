"""The catalogue: one row for each public page of the cluster, its parts, and what the analyser knows. All in the shared schema."""

import uuid
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from search.selectors import EntryManager


class TermsField(models.Field):
    """A `tsvector` of terms that the analyser made. Written as PostgreSQL's own text form of it, never read."""

    def db_type(self, connection: Any) -> str:
        """PostgreSQL's type."""
        return "tsvector"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """What is written is text until here."""
        return "%s::tsvector"


class PageType(models.TextChoices):
    """What a reader has before him, as a filter and as a sign beside the hit."""

    ARTICLE = "article", "文章"
    LAW = "law", "法律法规"
    DOCUMENT = "document", "政策文件"
    GUIDE = "guide", "办事指南"
    INFO = "info", "信息公开"
    PERSON = "person", "人员"
    TOPIC = "topic", "专题"
    MICRO = "micro", "微博"
    PROGRAMME = "programme", "普法栏目"
    EPISODE = "episode", "普法节目"
    COLUMN = "column", "栏目"
    HOME = "home", "网站首页"


class LawLevel(models.IntegerChoices):
    """Level of a law in the hierarchy of legislation (立法法): the higher, the more authority."""

    NONE = 0, "无"
    CASE = 1, "案例"
    LOCAL = 2, "地方性法规"
    MINISTRY = 3, "部门规章"
    INTERPRETATION = 4, "司法解释"
    REGULATION = 5, "行政法规"
    STATUTE = 6, "法律"
    CONSTITUTION = 7, "宪法"


class CatalogueEntry(models.Model):
    """One public page of one site, as search and every list across sites knows it."""

    site = models.ForeignKey("tenants.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name="网站")
    page_id = models.PositiveIntegerField("页面")
    version = models.BigIntegerField("版本")
    url_path = models.CharField("路径", max_length=500)
    page_type = models.CharField("类型", max_length=10, choices=PageType.choices)
    title = models.CharField("标题", max_length=255)
    summary = models.TextField("摘要", blank=True)
    keywords = models.CharField("关键词", max_length=200, blank=True)
    source = models.CharField("来源", max_length=100, blank=True)
    published_at = models.DateTimeField("发布时间", null=True)
    year = models.PositiveSmallIntegerField("年份", null=True)
    column_id = models.PositiveIntegerField("栏目", null=True)
    column_key = models.CharField("栏目标识", max_length=60, blank=True)
    column_path = models.CharField("栏目路径", max_length=500, blank=True)
    column_title = models.CharField("栏目名称", max_length=255, blank=True)
    column_kind = models.CharField("栏目类别", max_length=10, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    index_number = models.CharField("索引号", max_length=40, blank=True)
    numbers = models.JSONField("号码", default=list)
    validity = models.CharField("有效性", max_length=4, blank=True)
    topic = models.CharField("主题", max_length=20, blank=True)
    level = models.PositiveSmallIntegerField("效力层级", choices=LawLevel.choices, default=LawLevel.NONE)
    origin_key = models.UUIDField("来源标识", default=uuid.uuid4)
    fold_key = models.CharField("归并标识", max_length=64)
    title_key = models.CharField("标题（归一）", max_length=255)
    short_key = models.CharField("简名（归一）", max_length=255, blank=True)
    pinyin = models.CharField("标题拼音", max_length=1000, blank=True)
    initials = models.CharField("标题首字母", max_length=255, blank=True)
    service = models.JSONField("办事要素", default=dict, blank=True)
    part_count = models.PositiveIntegerField("段数", default=0)
    head_terms = TermsField()
    all_terms = TermsField()
    written_at = models.DateTimeField("写入时间", db_default=Now())

    objects = EntryManager()

    class Meta:
        verbose_name = "目录条目"
        verbose_name_plural = "目录条目"
        constraints = [models.UniqueConstraint(fields=["site", "page_id"], name="search_entry_once")]
        indexes = [
            GinIndex(fields=["head_terms"], name="search_entry_head"),
            GinIndex(fields=["all_terms"], name="search_entry_all"),
            GinIndex(fields=["numbers"], name="search_entry_numbers", opclasses=["jsonb_path_ops"]),
            models.Index(fields=["-published_at", "-id"], name="search_entry_newest"),
            models.Index(fields=["column_key", "-published_at"], name="search_entry_column"),
            # A search offers guides, few among many pages, whatever it is for.
            models.Index(
                fields=["-published_at", "-id"], name="search_entry_guides", condition=models.Q(page_type="guide")
            ),
            models.Index(
                fields=["-published_at", "-id"], name="search_entry_posts", condition=models.Q(page_type="micro")
            ),
            models.Index(fields=["title_key"], name="search_entry_title"),
            models.Index(fields=["short_key"], name="search_entry_short"),
            models.Index(fields=["fold_key"], name="search_entry_fold"),
            models.Index(fields=["pinyin"], name="search_entry_pinyin", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["initials"], name="search_entry_initials", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.title


class CataloguePart(models.Model):
    """A piece of a page that a hit can lead to: an article of a law, what stands below a heading, an attachment."""

    entry = models.ForeignKey(CatalogueEntry, on_delete=models.CASCADE, related_name="parts", verbose_name="条目")
    number = models.PositiveIntegerField("序号")
    label = models.CharField("名称", max_length=255, blank=True)
    anchor = models.CharField("锚点", max_length=120, blank=True)
    text = models.TextField("文本")
    terms = TermsField()

    class Meta:
        verbose_name = "目录段落"
        verbose_name_plural = "目录段落"
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="search_part_once")]
        indexes = [GinIndex(fields=["terms"], name="search_part_terms")]

    def __str__(self) -> str:
        return self.label or self.text[:20]


class AttachmentText(models.Model):
    """Text of an attached file, read once by a job; the file's hash tells when it must be read again."""

    site = models.ForeignKey("tenants.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name="网站")
    document_id = models.PositiveIntegerField("文件")
    file_hash = models.CharField("文件哈希", max_length=40)
    text = models.TextField("文本", blank=True)
    problem = models.CharField("未能读取的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "附件文本"
        verbose_name_plural = "附件文本"
        constraints = [models.UniqueConstraint(fields=["site", "document_id"], name="search_attachment_once")]

    def __str__(self) -> str:
        return f"{self.site_id}:{self.document_id}"


class IndexWork(models.Model):
    """A page whose entry changed, until the search server has been told. A row, so that nothing is lost while it is down."""

    schema_name = models.CharField("网站", max_length=63)
    page_id = models.PositiveIntegerField("页面")
    version = models.BigIntegerField("版本")
    is_removal = models.BooleanField("删除", default=False)

    class Meta:
        verbose_name = "待写入索引"
        verbose_name_plural = "待写入索引"

    def __str__(self) -> str:
        return f"{self.schema_name}:{self.page_id}"


class Direction(models.TextChoices):
    """Whether synonyms hold both ways."""

    ONE = "one", "单向：说左边的，也找右边的"
    BOTH = "both", "双向"


class Synonym(models.Model):
    """Words of citizens and the terms of law that they mean."""

    words = models.CharField("说法", max_length=200, help_text="用顿号分隔，如 欠薪、讨薪、工资没发。")
    terms = models.CharField("查找", max_length=200, help_text="用顿号分隔，如 拖欠劳动报酬、工资支付。")
    direction = models.CharField("方向", max_length=4, choices=Direction.choices, default=Direction.ONE)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "同义词"
        verbose_name_plural = "同义词"
        ordering = ["words"]
        constraints = [models.UniqueConstraint(fields=["words", "terms"], name="search_synonym_once")]

    def __str__(self) -> str:
        return f"{self.words} → {self.terms}"


class Abbreviation(models.Model):
    """A short name of a law and its full title."""

    short = models.CharField("简称", max_length=60, unique=True)
    full = models.CharField("全称", max_length=255)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "法律简称"
        verbose_name_plural = "法律简称"
        ordering = ["short"]

    def __str__(self) -> str:
        return f"{self.short} → {self.full}"


class JudicialWord(models.Model):
    """A word that the general dictionary does not know: it is kept whole when a query is cut."""

    word = models.CharField("词", max_length=40, unique=True)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "专业词"
        verbose_name_plural = "专业词"
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word


class BestBet(models.Model):
    """A page that the centre puts on top for certain words."""

    words = models.CharField("搜索词", max_length=200, help_text="用顿号分隔；与搜索词完全相同时生效。")
    title = models.CharField("标题", max_length=120)
    url = models.CharField("网址", max_length=500)
    summary = models.CharField("说明", max_length=200, blank=True)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "推荐结果"
        verbose_name_plural = "推荐结果"
        ordering = ["words"]

    def __str__(self) -> str:
        return f"{self.words} → {self.title}"


class VocabularyVersion(models.Model):
    """Raised with each change of the words above, so that every process knows when to read them again. One row."""

    number = models.BigIntegerField("版本", default=0)
    entries = models.PositiveIntegerField("条目数", default=0)
    parts = models.PositiveIntegerField("段数", default=0)

    class Meta:
        verbose_name = "词库版本"
        verbose_name_plural = "词库版本"

    def __str__(self) -> str:
        return str(self.number)


class CatalogueWord(models.Model):
    """A word of the published catalogue: in how many entries it stands, how it sounds. What is typed wrong is put right by it."""

    word = models.CharField("词", max_length=40, primary_key=True)
    pinyin = models.CharField("拼音", max_length=200)
    initials = models.CharField("首字母", max_length=40)
    entries = models.PositiveIntegerField("条目数")

    class Meta:
        verbose_name = "目录词"
        verbose_name_plural = "目录词"
        indexes = [
            models.Index(fields=["pinyin"], name="search_word_pinyin"),
            models.Index(fields=["initials"], name="search_word_initials"),
        ]

    def __str__(self) -> str:
        return self.word


class WordVariant(models.Model):
    """A word of the catalogue with one character left out: two words that share a variant are one edit apart."""

    variant = models.CharField("变体", max_length=40)
    word = models.ForeignKey(CatalogueWord, on_delete=models.CASCADE, related_name="variants", verbose_name="词")

    class Meta:
        verbose_name = "词变体"
        verbose_name_plural = "词变体"
        indexes = [models.Index(fields=["variant"], name="search_variant")]

    def __str__(self) -> str:
        return self.variant


class SearchCount(models.Model):
    """How often a query was put on a day on a site, how often in vain, and where readers clicked. No reader is known."""

    day = models.DateField("日期")
    site = models.ForeignKey("tenants.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name="网站")
    query = models.CharField("搜索词", max_length=60)
    searches = models.PositiveIntegerField("次数", default=0)
    vain = models.PositiveIntegerField("无结果次数", default=0)
    clicks = models.PositiveIntegerField("点击次数", default=0)
    click_positions = models.PositiveIntegerField("点击位置之和", default=0)

    class Meta:
        verbose_name = "搜索统计"
        verbose_name_plural = "搜索统计"
        constraints = [models.UniqueConstraint(fields=["day", "site", "query"], name="search_count_once")]
        indexes = [models.Index(fields=["query", "day"], name="search_count_query")]

    def __str__(self) -> str:
        return f"{self.day} {self.query}"


class HotQuery(models.Model):
    """A query that readers are offered: found in the counts, shown once the centre has agreed."""

    query = models.CharField("搜索词", max_length=60, unique=True)
    is_approved = models.BooleanField("可以显示", default=False)
    is_refused = models.BooleanField("不显示", default=False)
    rank = models.PositiveIntegerField("排序", default=100)

    class Meta:
        verbose_name = "热门搜索"
        verbose_name_plural = "热门搜索"
        ordering = ["rank", "query"]

    def __str__(self) -> str:
        return self.query


class TitleTest(models.Model):
    """An item whose title, put as a query, did not find it on the first page: what the nightly self-test leaves behind."""

    site = models.ForeignKey("tenants.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name="网站")
    title = models.CharField("标题", max_length=255)
    url_path = models.CharField("路径", max_length=500)
    tested_at = models.DateTimeField("测试时间", db_default=Now())

    class Meta:
        verbose_name = "标题自检未通过"
        verbose_name_plural = "标题自检未通过"
        ordering = ["-tested_at", "id"]

    def __str__(self) -> str:
        return self.title


class TitleTestRun(models.Model):
    """A run of the self-test: how many titles were tried, how many failed."""

    run_at = models.DateTimeField("时间", db_default=Now())
    tried = models.PositiveIntegerField("测试数")
    failed = models.PositiveIntegerField("未通过数")

    class Meta:
        verbose_name = "标题自检"
        verbose_name_plural = "标题自检"
        ordering = ["-run_at"]

    def __str__(self) -> str:
        return f"{self.run_at:%Y-%m-%d} {self.failed}/{self.tried}"
