"""Contents to try things on: a small good blueprint, and what hypothesis makes of the same types."""

from typing import Any

from hypothesis import strategies as st

from blueprints.content import Content, Node, Section, Workflow
from tenants.kinds import SiteKind

GOOD = Content(
    kind="county_bureau",
    nodes=(
        Node("tzgg", "通知公告", "tzgg", workflow="three"),
        Node("pufa", "法治宣传", "pufa"),
        Node("pufa_yasf", "以案释法", "yasf", parent="pufa", workflow="direct"),
        Node("lxwm", "联系我们", "lxwm", page_type="site_core.InfoPage"),
    ),
    sections=(
        Section("column_lists", {"columns": ["node:tzgg", "node:pufa"], "count": 5}),
        Section("free", {}, required=False),
    ),
    theme="county",
    palettes=("songqing", "c-20456b"),
    workflows=(Workflow("three", "三审三校", ("reviewer_1", "reviewer_2", "reviewer_3")),),
    default_workflow="three",
    identifiers=("icp_number",),
    contacts=("contact_phone",),
)

_words = st.text(max_size=12)
_lists = st.lists(_words, max_size=4).map(tuple)
_values = st.recursive(
    _words | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=8,
)
_nodes = st.builds(
    Node,
    key=_words,
    title=_words,
    slug=_words,
    parent=_words,
    page_type=_words | st.just(Node.page_type),
    kind=_words,
    layout=_words,
    description=_words,
    keywords=_words,
    update_days=st.integers(),
    page_size=st.integers(),
    show_in_menus=st.booleans(),
    locks=_lists,
    workflow=_words,
)
contents = st.builds(
    Content,
    kind=_words | st.sampled_from(SiteKind.values),
    nodes=st.lists(_nodes, max_size=4).map(tuple),
    sections=st.lists(
        st.builds(Section, key=_words, value=st.dictionaries(_words, _values, max_size=4), required=st.booleans()),
        max_size=3,
    ).map(tuple),
    sections_fixed=st.booleans(),
    theme=_words,
    palettes=_lists,
    roles=_lists,
    workflows=st.lists(st.builds(Workflow, key=_words, label=_words, steps=_lists), max_size=3).map(tuple),
    default_workflow=_words,
    identifiers=_lists,
    contacts=_lists,
)

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["a", "node:a", "b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def _rows(*names: str, **choices: Any) -> Any:
    return st.lists(st.fixed_dictionaries({name: choices.get(name, _json) for name in names}), max_size=4)


_KEYS = st.sampled_from(["a", "b", "", "A!"]) | _json
_SECTIONS = st.sampled_from(["hero", "service_grid", "links", "headline", "facts", "nothing"])
drafts = st.fixed_dictionaries(
    {
        "kind": _json,
        "nodes": _rows("key", "title", "slug", "parent", "update_days", "locks", key=_KEYS, parent=_KEYS),
        "sections": _rows("key", "value", "required", key=_SECTIONS),
        "workflows": _rows("key", "label", "steps"),
        "roles": _json,
        "palettes": _json,
        "theme": _json,
        "identifiers": _json,
        "default_workflow": _json,
    }
)
"""What the JSON of a draft may hold at the worst."""
