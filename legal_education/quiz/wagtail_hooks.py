"""Quizzes in the admin: addresses, the menu, names in the ledger, style."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from accounts.ledger_labels import register_action_labels, register_detail_labels

from .bank.views import list_urls as list_bank_urls
from .organising.result_views import list_urls as list_result_urls
from .organising.views import list_urls as list_quiz_urls
from .permissions import user_can_prepare
from .screens import QUIZZES

register_action_labels(
    {
        "quiz.question_added": "新增题目",
        "quiz.question_changed": "修改题目",
        "quiz.question_retired": "停用题目",
        "quiz.question_taken_up": "启用题目",
        "quiz.questions_imported": "导入题目",
        "quiz.made": "新建答题活动",
        "quiz.changed": "修改答题活动",
        "quiz.published": "发布答题活动",
        "quiz.withdrawn": "撤下答题活动",
        "quiz.draw": "答题抽奖",
        "quiz.exported": "导出答题成绩",
    }
)
register_detail_labels(
    {
        "question_file": "文件",
        "question_count": "题数",
        "replaces_question": "替换的题目编号",
        "full_score": "满分",
        "draw_seed": "种子",
        "draw_tickets": "参加抽奖的人数",
        "codes_sha256": "验证码的校验值",
    }
)


@hooks.register("register_admin_urls")
def add_quiz_urls() -> list[URLPattern]:
    """Addresses below `/admin/quiz/`."""
    return [*list_quiz_urls(), *list_result_urls(), *list_bank_urls()]


class QuizMenuItem(MenuItem):
    """Shown to who prepares quizzes."""

    def is_shown(self, request: HttpRequest) -> bool:
        """By role."""
        return user_can_prepare(request.user)


@hooks.register("register_admin_menu_item")
def add_menu_item() -> MenuItem:
    """Below review."""
    return QuizMenuItem("答题", reverse(QUIZZES), name="quiz", icon_name="form", order=130)


@hooks.register("insert_global_admin_css")
def link_style() -> SafeString:
    """The style of these screens."""
    return format_html('<link rel="stylesheet" href="{}">', static("quiz/admin.css"))
