"""Sites and blueprints to plan with, and a plain twin of the apply: what a site is once its aim is written."""

from dataclasses import replace

from hypothesis import strategies as st

from blueprints.content import Content, Node, Section, Workflow
from blueprints.planning_home import aim_look, arrange_sections, make_section_rules
from blueprints.site_state import COLUMN, LookState, PageState, SiteState
from site_core.locks import Lock

INFO = "site_core.InfoPage"
HOME = 1
WORKFLOWS = (
    Workflow("three", "三审", ("reviewer_1", "reviewer_2", "reviewer_3")),
    Workflow("one", "一审", ("reviewer_1",)),
)


def make_node(key, **fields):
    return Node(**{"key": key, "title": f"栏目{key}", "slug": key, **fields})


def make_content(*nodes, **fields):
    made = tuple(make_node(node) if isinstance(node, str) else node for node in nodes)
    return Content(**{"kind": "county_bureau", "nodes": made, "workflows": WORKFLOWS, **fields})


def change_node(content, key, **fields):
    return replace(content, nodes=tuple(replace(each, **fields) if each.key == key else each for each in content.nodes))


def make_page(pk, parent=HOME, label=COLUMN, **fields):
    names = {"title": f"本地{pk}", "slug": f"local-{pk}", "description": "", "keywords": "", "show_in_menus": False}
    if label == COLUMN:
        names |= {"kind": "工作动态", "layout": "lines", "page_size": 20, "update_days": 0}
    values = names | {name: fields.pop(name) for name in list(fields) if name in names}
    return PageState(
        **{"id": pk, "parent_id": parent, "position": pk, "label": label, "node_key": "", **fields, "values": values}
    )


def empty_site(*pages, **fields):
    home = make_page(HOME, 0, "site_core.HomePage", title="某某司法局", slug="site-home", position=0)
    return SiteState(pages=(home, *pages), **fields)


def change_page(state, pk, **fields):
    """The site with other fields, or values, of a page."""
    page = state.by_id[pk]
    values = page.values | {name: fields.pop(name) for name in list(fields) if name in page.values}
    changed = replace(page, **fields, values=values)
    return restate(state, [changed if each.id == pk else each for each in state.pages])


def restate(state, pages, **fields):
    """The site with these pages, numbered in the order of the tree as reading does."""
    ordered: list[PageState] = []
    below: dict[int, list[PageState]] = {}
    for page in sorted(pages, key=lambda each: each.position):
        below.setdefault(page.parent_id, []).append(page)

    def walk(page):
        ordered.append(page)
        for child in below.get(page.id, ()):
            walk(child)

    walk(next(page for page in pages if page.parent_id == 0))
    assert len(ordered) == len(pages), "a page stands nowhere"
    return replace(state, pages=tuple(replace(page, position=n) for n, page in enumerate(ordered)), **fields)


def simulate(state, aim, content):
    """The site after the aim is written."""
    ids = {
        key: 1000 + n
        for n, key in enumerate(sorted(key for key, each in aim.nodes.items() if isinstance(each.ref, str)))
    }
    ids = {key: pk + max(page.id for page in state.pages) for key, pk in ids.items()}
    pages: list[PageState] = []
    kept = {page.id: page for page in aim.retired}
    by_ref = {each.ref: each for each in aim.nodes.values()}

    def walk(ref, parent_id):
        pk = ids.get(ref, ref)
        page = by_ref[ref].page if ref in by_ref and not by_ref[ref].is_new else None
        page = page or state.by_id.get(ref) or make_page(pk, label=by_ref[ref].node.page_type)
        if pk in kept:
            page = replace(page, locks=frozenset())
        if ref in by_ref:
            node = by_ref[ref].node
            live = {"is_live": True, "expires": False} if Lock.EXISTENCE in node.locks else {}
            page = replace(page, node_key=node.key, locks=frozenset(node.locks), values=by_ref[ref].values, **live)
        if pk in aim.open_pages:
            page = replace(page, is_restricted=False)
        if pk == HOME and pk in aim.open_pages:
            page = replace(page, is_live=True, expires=False)
        pages.append(replace(page, id=pk, parent_id=parent_id, position=len(pages)))
        for child in aim.children[ref]:
            walk(child, pk)

    walk(HOME, 0)
    present = state.sections
    return SiteState(
        pages=tuple(pages),
        sections=tuple(present[each] if isinstance(each, int) else each for each in arrange_sections(content, present)),
        section_rules=make_section_rules(content),
        look=aim_look(content, state.look),
        rules={ids.get(ref, ref): steps for ref, steps in aim.rules.items() if steps is not None}
        | {pk: steps for pk, steps in state.rules.items() if pk not in aim.rules and pk in {page.id for page in pages}},
    )


# -- any blueprint

KEYS = "abcdefg"
SECTION_KEYS = ("headline", "notices", "column_lists", "service_grid")


@st.composite
def contents(draw):
    """A blueprint that could be released: a tree with its slugs, titles, locks, workflows and sections."""
    nodes: list[Node] = []
    taken: set[tuple[str, str]] = set()
    for key in draw(st.permutations(KEYS))[: draw(st.integers(1, len(KEYS)))]:
        columns = [node.key for node in nodes if node.page_type == COLUMN]
        parent = draw(st.sampled_from(["", *columns]))
        slug = draw(st.sampled_from([each for each in (*KEYS, "x") if (parent, each) not in taken]))
        taken.add((parent, slug))
        nodes.append(
            make_node(
                key,
                parent=parent,
                slug=slug,
                title=draw(st.sampled_from(["甲", "乙"])),
                page_type=draw(st.sampled_from([COLUMN, COLUMN, COLUMN, INFO])),
                layout=draw(st.sampled_from(["lines", "cards"])),
                locks=tuple(sorted(draw(st.sets(st.sampled_from([str(lock) for lock in Lock]))))),
                workflow=draw(st.sampled_from(["", "", "three", "direct"])),
            )
        )
    order = draw(st.permutations(nodes))
    listed = draw(st.permutations(SECTION_KEYS))[: draw(st.integers(0, 3))]
    return make_content(
        *order,
        sections=tuple(Section(key, {}, draw(st.booleans())) for key in listed),
        sections_fixed=draw(st.booleans()),
        default_workflow=draw(st.sampled_from(["direct", "one"])),
        theme=draw(st.sampled_from(["", "official"])),
        palettes=draw(st.sampled_from([(), ("blue",), ("blue", "red")])),
    )


# -- whatever a site may do to itself


def list_columns(state):
    return [page for page in state.pages if page.label in {COLUMN, "site_core.HomePage"}]


def is_free(state, parent_id, slug):
    return all(child.slug != slug for child in state.children[parent_id])


def edit(state, draw):
    """The site after one edit of its own, locks or no locks."""
    page = draw(st.sampled_from(state.pages[1:])) if len(state.pages) > 1 else None
    what = draw(
        st.sampled_from(
            ["add", "write", "rename", "move", "hide", "restrict", "delete", "reorder", "rule", "sections", "look"]
        )
    )
    return _EDITS[what](state, draw, page) if page or what in {"add", "rule", "sections", "look"} else state


def _add(state, draw, page):
    parent, slug = draw(st.sampled_from(list_columns(state))).id, draw(st.sampled_from([*KEYS, "y", "z"]))
    if not is_free(state, parent, slug):
        return state
    pk = max(each.id for each in state.pages) + 1
    return restate(state, [*state.pages, make_page(pk, parent, slug=slug, position=10_000)])


def _write(state, draw, page):
    field = {"content": page.content + 3} if page.label == COLUMN else {"is_written": True}
    return change_page(state, page.id, **field)


def _rename(state, draw, page):
    slug = draw(st.sampled_from([page.slug, *KEYS]))
    slug = slug if is_free(state, page.parent_id, slug) else page.slug
    return change_page(state, page.id, title=draw(st.sampled_from(["甲", "乙", "丙"])), slug=slug)


def _move(state, draw, page):
    below = {page.id, *(each.id for each in state.walk_below(page.id))}
    target = draw(st.sampled_from([each for each in list_columns(state) if each.id not in below]))
    if not is_free(state, target.id, page.slug):
        return state
    return change_page(state, page.id, parent_id=target.id, position=draw(st.sampled_from([-0.5, 10_000])))


def _hide(state, draw, page):
    return change_page(state, page.id, is_live=draw(st.booleans()), expires=draw(st.booleans()))


def _restrict(state, draw, page):
    return change_page(state, draw(st.sampled_from([page.id, HOME])), is_restricted=True)


def _delete(state, draw, page):
    gone = {page.id, *(each.id for each in state.walk_below(page.id))}
    rules = {pk: steps for pk, steps in state.rules.items() if pk not in gone}
    return restate(state, [each for each in state.pages if each.id not in gone], rules=rules)


def _reorder(state, draw, page):
    siblings = state.children[page.parent_id]
    order = draw(st.permutations([each.id for each in siblings]))
    places = {pk: siblings[0].position + n / 1000 for n, pk in enumerate(order)}
    return restate(state, [replace(each, position=places.get(each.id, each.position)) for each in state.pages])


def _rule(state, draw, page):
    pk = draw(st.sampled_from([each.id for each in state.pages]))
    return replace(state, rules={**state.rules, pk: draw(st.sampled_from([(), ("reviewer_2",)]))})


def _sections(state, draw, page):
    return replace(state, sections=tuple(draw(st.lists(st.sampled_from(SECTION_KEYS), max_size=4))))


def _look(state, draw, page):
    return replace(state, look=LookState("", (), draw(st.sampled_from(["red", "green", "c-20456b"]))))


_EDITS = {
    "add": _add, "write": _write, "rename": _rename, "move": _move, "hide": _hide, "restrict": _restrict,
    "delete": _delete, "reorder": _reorder, "rule": _rule, "sections": _sections, "look": _look,
}  # fmt: skip
