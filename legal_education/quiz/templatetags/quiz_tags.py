"""Filters and tags of quiz pages."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from legal_education.quiz.taking.selectors import MarkedQuestion, ShownQuestion
from site_core.leaving import leave_url

register = template.Library()
_FIRST_LINE, _LINE_HEIGHT = 322, 36


@register.filter
def duration(seconds: int | None) -> str:
    """12分05秒."""
    minutes, rest = divmod(seconds or 0, 60)
    return f"{minutes}分{rest:02}秒" if minutes else f"{rest}秒"


@register.simple_tag
def pufa_path() -> str:
    """The reader's place for legal education: one column of every site has this address."""
    return "/pufa/"


@register.filter
def leave(url: str) -> str:
    """Where a link leads: straight there, or by way of the notice."""
    return leave_url(url)


@register.filter
def line_y(number: int) -> int:
    """Where the line of a certificate's title stands."""
    return _FIRST_LINE + _LINE_HEIGHT * number


# A paper has some hundred options, and thousands may open theirs within a minute. As nodes of a template they took a third
# of the page's time; each of the tags below makes one kind of line, all of a question's (or paper's) at once.


@register.simple_tag
def choices_of(question: ShownQuestion) -> SafeString:
    """What a reader may tick."""
    form = "checkbox" if question.is_multiple else "radio"
    label = (
        f'<label class="choice"><input type="{form}" name="q{question.position}" value="{{0}}"{{1}}>'
        "<span><b>{0}</b>{2}</span></label>"
    )
    ticks = {True: mark_safe(" checked"), False: ""}
    return format_html_join("", label, ((each.letter, ticks[each.is_chosen], each.text) for each in question.options))


@register.simple_tag
def answer_sheet(questions: Iterable[ShownQuestion]) -> SafeString:
    """A link to each question, which says whether it is answered."""
    states = {True: (mark_safe(' class="is-done"'), "已答"), False: ("", "未答")}
    link = '<li><a href="#q{0}"{1} aria-label="第 {0} 题，{2}">{0}</a></li>'
    return format_html_join("", link, ((each.number, *states[each.is_answered]) for each in questions))


@register.simple_tag
def verdict_on(question: MarkedQuestion) -> SafeString:
    """Whether the answer was right, and what would have been."""
    badges = {True: ("badge--ok", "答对"), False: ("badge--warn", "答错")}
    look, word = badges[question.is_right] if question.chosen else ("badge--off", "未答")
    other = question.chosen if not question.is_right else ""
    return format_html(
        '<span class="badge {}">{}</span><span>正确答案 <b>{}</b>{}</span>',
        *(look, word, question.right),
        format_html("，您选了 <b>{}</b>", other) if other else "",
    )


@register.simple_tag
def marked_options(question: MarkedQuestion) -> SafeString:
    """The options of a question that was handed in: the right ones, and those that were chosen."""
    right = (mark_safe(' class="is-right"'), mark_safe('<span class="marked__note">（正确）</span>'))
    chosen = mark_safe('<span class="marked__note">（您的选择）</span>')
    return format_html_join(
        "",
        "<li{0}><b>{1}</b><span>{2}{3}{4}</span></li>",
        (
            (marks[0], each.letter, each.text, marks[1], chosen if each.is_chosen else "")
            for each in question.options
            for marks in (right if each.letter in question.right else ("", ""),)
        ),
    )
