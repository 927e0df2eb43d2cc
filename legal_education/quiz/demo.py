"""Sample quizzes, marked 示例: one under way on the city's site and on one county's, one that is over on another's.

Whoever has a quiz keeps what he has.
"""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from legal_education.quiz.demo_results import fill_results
from legal_education.quiz.models import PaperRule, Question, Quiz, QuizState
from legal_education.quiz.models.bank import TRUE_FALSE_OPTIONS
from tenants.models import Organisation

SITES = frozenset({"city", "jingning"})
OVER_ON, ORGANISER = "kongtong", "kongtong-admin"
_FILE = Path(__file__).parent / "sample" / "questions.toml"
_RULES = (("true_false", 8, 2), ("single", 8, 3), ("multiple", 6, 10))
_REGIONS = ("崆峒区", "华亭市", "泾川县", "灵台县", "崇信县", "庄浪县", "静宁县")
_UNITS = ("市直单位（示例）", "县区单位（示例）", "乡镇街道（示例）", "学校（示例）", "企业（示例）", "其他")
_STREETS = ("东关街道（示例）", "中街街道（示例）", "西郊街道（示例）", "柳湖镇（示例）", "四十里铺镇（示例）")
_TOWNSHIPS = ("城关镇", "威戎镇", "界石铺镇", "八里镇", "李店镇", "其他乡镇")


def read_sample_questions() -> list[dict[str, Any]]:
    """Fields of the questions of `sample/questions.toml`."""
    book = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return [_to_fields(row, book) for row in book["question"]]


def _to_fields(row: dict[str, Any], book: dict[str, Any]) -> dict[str, Any]:
    law = book["laws"][row["law"]]
    return {
        "kind": row["kind"],
        "text": row["text"],
        "options": row.get("options", list(TRUE_FALSE_OPTIONS)),
        "answer": row["answer"],
        "law": f"{law}{row['article']}",
        # The laws themselves are imported (`make demo LAWS=…`): the search finds them wherever they stand.
        "law_url": f"/search/?q={quote(law.strip('《》'))}&scope=all",
        "explanation": row["explanation"],
        "topic": book["topics"][row["law"]],
    }


@transaction.atomic
def prepare_demo(site: Organisation) -> None:
    """See the module."""
    if site.schema_name not in {*SITES, OVER_ON} or Quiz.objects.exists():
        return
    if not Question.objects.exists():
        for fields in read_sample_questions():
            Question.objects.create(**fields)
    if site.schema_name == OVER_ON:
        _make_one_that_is_over()
    else:
        _make_one_under_way(is_city=site.is_city)


def _make_one_under_way(*, is_city: bool) -> None:
    _make_quiz(
        _today(),
        days=365,
        title="宪法和民法典知识答题（示例）" if is_city else "“乡村法制”有奖答题（示例）",
        intro="这是演示用的答题活动，题目由本系统编写，条文以国家公布的文本为准。\n\n答题不收任何费用，不需要身份证号。",
        regions="\n".join(_REGIONS if is_city else _TOWNSHIPS),
        units="\n".join(_UNITS) if is_city else "",
        prizes="一等奖 1\n二等奖 3\n三等奖 10",
        seed_source="活动结束次日中国体育彩票排列五的开奖号码（示例）",
    )


def _make_one_that_is_over() -> None:
    quiz = _make_quiz(
        _today() - timedelta(days=21),
        days=14,
        title="“崆峒说法”法治知识答题（示例）",
        intro="这是演示用的答题活动，已经结束。参加人、成绩和中奖结果都是示例。",
        regions="\n".join(_STREETS),
        units="\n".join(_UNITS),
        prizes="一等奖 1\n二等奖 2",
        seed_source="活动结束次日中国体育彩票排列五的开奖号码（示例）",
    )
    fill_results(quiz, User.objects.filter(username=ORGANISER).first())


def _today() -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(), datetime.min.time()))


def _make_quiz(opens: datetime, *, days: int, **fields: Any) -> Quiz:
    quiz = Quiz.objects.create(
        opens_at=opens,
        closes_at=opens + timedelta(days=days),
        minutes=20,
        attempts_a_day=3,
        certificate_score=60,
        state=QuizState.PUBLISHED,
        **fields,
    )
    for kind, count, points in _RULES:
        PaperRule.objects.create(quiz=quiz, kind=kind, count=count, points=points)
    return quiz
