"""The OpenAPI description of the public endpoints. Written by hand: two endpoints need no framework."""

from typing import Any

from search.engines.base import FACETS

_TEXT = {"type": "string"}
_NUMBER = {"type": "integer"}


def describe(server: str) -> dict[str, Any]:
    """OpenAPI 3.1 for the site at that address."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "司法行政网站群公共接口", "version": "1"},
        "servers": [{"url": server}],
        "paths": {"/api/search/": {"get": _search()}, "/search/suggest/": {"get": _suggest()}},
    }


def _search() -> dict[str, Any]:
    return {
        "operationId": "search",
        "summary": "跨站搜索",
        "description": "每个地址每分钟 60 次；超过返回 429。无法理解的筛选条件会被忽略，并在 query.notices 中说明。",
        "parameters": [
            _parameter("q", "搜索词，至多 200 字；引号内为整句；可用拼音、简称、文号。"),
            _parameter("scope", "范围：site 本站、all 全市、或网站代码。", default="site"),
            _parameter("field", "查找位置。", enum=["all", "title", "text", "number"], default="all"),
            _parameter("sort", "排序。", enum=["relevance", "date"], default="relevance"),
            _parameter("since", "发布日期起（YYYY-MM-DD）。", format="date"),
            _parameter("until", "发布日期止（YYYY-MM-DD）。", format="date"),
            {
                **_parameter("page", "页码，1 至 1000，每页 10 条。"),
                "schema": {**_NUMBER, "minimum": 1, "maximum": 1000},
            },
            *(_parameter(name, "筛选：取 facets 中的 value。") for name in FACETS),
        ],
        "responses": {
            "200": {"description": "结果", "content": {"application/json": {"schema": _answer()}}},
            "429": {"description": "请求过于频繁"},
        },
    }


def _suggest() -> dict[str, Any]:
    item = _object(text=_TEXT, hint=_TEXT)
    return {
        "operationId": "suggest",
        "summary": "输入提示",
        "parameters": [_parameter("q", "已输入的文字，可为拼音。")],
        "responses": {
            "200": {
                "description": "提示",
                "content": {"application/json": {"schema": _object(suggestions=_list(item))}},
            }
        },
    }


def _answer() -> dict[str, Any]:
    copy = _object(title=_TEXT, url=_TEXT, site=_TEXT)
    result = _object(
        title={**_TEXT, "description": "纯文本标题"},
        url=_TEXT,
        site={**_TEXT, "description": "网站代码"},
        site_name=_TEXT,
        kind=_TEXT,
        type=_TEXT,
        column=_TEXT,
        published={"type": ["string", "null"], "format": "date-time"},
        number=_TEXT,
        validity=_TEXT,
        summary=_TEXT,
        highlights={**_list(_TEXT), "description": "已转义的 HTML，命中处为 <mark>"},
        part={"type": ["object", "null"], "properties": {"label": _TEXT, "url": _TEXT}},
        same_as=_list(copy),
    )
    return _object(
        query={"type": "object", "description": "对问题的理解，含 correction（您是不是要找）"},
        total={**_NUMBER, "description": "匹配的页面数，至多 10000"},
        total_is_exact={"type": "boolean", "description": "为假时实际多于 10000"},
        results=_list(result),
        facets={"type": "object", "additionalProperties": _list(_object(value=_TEXT, label=_TEXT, count=_NUMBER))},
        next={"type": ["string", "null"], "description": "下一页的路径"},
    )


def _parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": {**_TEXT, **schema}}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
