"""The question bank, and imports that wait for a word of the person who made them."""

import hashlib
import re

from django.conf import settings
from django.db import models

from site_core.laws import find_anchor

LETTERS = "ABCDEFGH"
TRUE_FALSE_OPTIONS = ("正确", "错误")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    TRUE_FALSE = "true_false", "判断题"
    SINGLE = "single", "单选题"
    MULTIPLE = "multiple", "多选题"


class Question(models.Model):
    """A question. What was asked never changes (`bank.actions.change_question` makes a new one and retires the old)."""

    kind = models.CharField("题型", max_length=10, choices=QuestionKind.choices)
    text = models.TextField("题目", max_length=500)
    options = models.JSONField("选项", default=list)
    answer = models.CharField("答案", max_length=8, help_text="正确选项的字母，如 B 或 ACD。")
    law = models.CharField("法律依据", max_length=200, help_text="如 《中华人民共和国民法典》第一百八十四条。")
    law_url = models.CharField(
        "法律条文链接", max_length=300, blank=True, help_text="条文所在页面的网址，可以带 #tiao-184 这样的条号。"
    )
    explanation = models.TextField("解析", max_length=1000)
    topic = models.CharField("主题", max_length=30, blank=True, help_text="如 宪法、民法典；组卷时可以按主题抽题。")
    is_active = models.BooleanField("启用", default=True)
    fingerprint = models.CharField("指纹", max_length=64, editable=False)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = "题目"
        verbose_name_plural = "题库"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=models.Q(is_active=True), name="legal_quiz_question_once"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def save(self, *args: object, **kwargs: object) -> None:
        """Save, with the fingerprint of what is asked."""
        self.fingerprint = fingerprint_of(self.kind, self.text)
        super().save(*args, **kwargs)  # type: ignore[arg-type] # Django's own arguments

    @property
    def right(self) -> frozenset[int]:
        """Places of the right options, from 0."""
        return places_of(self.answer)

    @property
    def law_address(self) -> str:
        """Where the law can be read; the article's anchor is found from the reference where a page is named alone."""
        if not self.law_url.endswith("/") or self.law_url == "/":
            return self.law_url
        anchor = find_anchor(self.law)
        return f"{self.law_url}#{anchor}" if anchor else self.law_url


def places_of(answer: str) -> frozenset[int]:
    """Places in the bank, from 0, of an answer's letters."""
    return frozenset(LETTERS.index(letter) for letter in answer)


def fingerprint_of(kind: str, text: str) -> str:
    """Equal for questions that differ in spaces and punctuation alone."""
    words = _BETWEEN_WORDS.sub("", text).lower()
    return hashlib.sha256(f"{kind}:{words}".encode()).hexdigest()


class BankImport(models.Model):
    """A sheet with errors: its right rows wait until the person who sent it says what becomes of them."""

    file_name = models.CharField("文件名", max_length=255)
    rows = models.JSONField("正确的行", default=list)
    errors = models.JSONField("错误", default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="导入人"
    )
    made_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = "待确认的导入"
        verbose_name_plural = "待确认的导入"

    def __str__(self) -> str:
        return self.file_name
