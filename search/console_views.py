"""The centre's screens on search: an overview of what readers look for, hot queries, and how a query is understood."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseListingView

from search.analysis.understanding import read_text
from search.console_actions import propose_hot_queries
from search.console_forms import HotFilterSet, HotQueryForm
from search.console_selectors import (
    DAYS,
    QueryCount,
    count_hot_queries_to_review,
    explain,
    find_last_self_test,
    get_totals,
    list_hot_rows,
    list_top_queries,
    list_vain_queries,
    list_volume,
)
from search.console_word_lists import BEST_BETS, HOT, SYNONYMS, SearchScreen, list_screens
from search.models import HotQuery

_SHOWN_QUERIES, _SHOWN_FAILURES, _ROWS = 20, 50, 50


class OverviewScreen(SearchScreen, TemplateView):
    """What readers of all sites looked for in the last month, what they did not find, and the self-test."""

    template_name = "search/console/overview.html"
    page_title = "搜索概况"

    def get_trail(self) -> list[tuple[str, str]]:
        """Stands right below the console."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The statistics, and for who may write the way from a query to the forms."""
        return super().get_context_data(
            days=DAYS,
            volume=list_volume(),
            totals=get_totals(),
            vain_queries=[(each, *_link_forms(each)) for each in list_vain_queries(_SHOWN_QUERIES)],
            top_queries=list_top_queries(_SHOWN_QUERIES),
            self_test=find_last_self_test(_SHOWN_FAILURES),
            to_review=count_hot_queries_to_review(),
            may_write=self.may_write(),
            screens=list_screens()[1:],
            **kwargs,
        )


def _link_forms(each: QueryCount) -> tuple[str, str]:
    """Addresses of a new synonym and a new best bet, filled in with the query."""
    filled = urlencode({"words": each.query})
    return tuple(f"{reverse(words.name_url('_new'))}?{filled}" for words in (SYNONYMS, BEST_BETS))  # type: ignore[return-value] # two of them


class HotScreen(SearchScreen, BaseListingView):
    """Queries that readers may be offered: proposed from the counts, shown once the centre agrees."""

    page_title = "热门搜索"
    header_icon = "order-up"
    index_url_name = HOT
    index_results_url_name = f"{HOT}_results"
    results_template_name = "search/console/hot_results.html"
    filterset_class = HotFilterSet
    search_fields = ("query",)
    is_searchable = True
    paginate_by = _ROWS
    verbose_name_plural = "热门搜索"

    def get_base_queryset(self) -> Any:
        """Proposals first."""
        return list_hot_rows()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether there are forms."""
        return super().get_context_data(may_write=self.may_write(), **kwargs)


class ProposeScreen(SearchScreen):
    """Take proposals out of the counts."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Back to the list, with how many there are."""
        count = propose_hot_queries(acting_user=self.acting_user)
        if count:
            messages.success(request, f"提取了 {count} 个新的搜索词，请审核。")
        else:
            messages.info(request, "最近一周没有新的热门搜索词。")
        return redirect(HOT)


class ReviewScreen(SearchScreen):
    """Decide on one query."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: int) -> HttpResponseBase:
        """Back to the list, with what was decided or why not."""
        row = get_object_or_404(HotQuery, pk=number)
        form = HotQueryForm(request.POST)
        if problem := form.apply(row, self.acting_user):
            messages.error(request, problem)
        else:
            is_shown = form.cleaned_data["action"] == "approve"
            messages.success(request, f"“{row.query}”{'已显示' if is_shown else '不再显示'}。")
        return redirect(HOT)


class ExplainScreen(SearchScreen, TemplateView):
    """How a query is understood, and what it finds."""

    template_name = "search/console/explain.html"
    page_title = "查询分析"
    header_icon = "glasses"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The explanation, where something is asked."""
        typed = self.request.GET.get("q", "")
        explanation = explain(typed) if read_text(typed) else None
        return super().get_context_data(explanation=explanation, **kwargs)
