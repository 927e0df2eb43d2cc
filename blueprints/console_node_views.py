"""Screens of the console on one column of a blueprint: a new one, its form, its removal."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property

from accounts.models import Role
from blueprints.console_forms import NodeForm
from blueprints.console_screens import DELETE_NODE, NODE, SECTION, TREE, BlueprintForm, BlueprintScreen, Edit
from blueprints.content import Content, Node
from blueprints.content_checks.problems import Problem
from blueprints.differences import name_section
from blueprints.editing import EditRefused, add_node, change_node, list_below, list_users, remove_node
from blueprints.releasing import BlueprintRefused


class NodeFormScreen(BlueprintForm):
    """What the forms of a new column and of one that is there have in common."""

    template_name = "blueprints/console/node.html"

    def get_trail(self) -> list[tuple[str, str]]:
        """The list, the tree."""
        return [*super().get_trail(), (self.link(TREE), super().get_page_title())]

    def get_success_url(self, form: NodeForm) -> str:
        """The node in the tree."""
        return f"{self.link(TREE)}#node-{self.get_key(form)}"

    def get_key(self, form: NodeForm) -> str:
        """The node's key."""
        return form.node.key if form.node else form.make_node().key

    def place_problems(self, problems: list[Problem], form: NodeForm) -> None:
        """Of two columns with one address the later is at fault for the check; for people it is the one in the form."""
        made = form.make_node()
        super().place_problems([_turn(each, made, self.content) for each in problems], form)

    def list_fields_of(self, problem: Problem, form: NodeForm) -> list[str]:
        """Problems of this node stand at its fields; all others at the head, with the place named."""
        own = problem.node == self.get_key(form)
        return [problem.field] if own and problem.field in form.fields else []


def _turn(problem: Problem, made: Node, content: Content) -> Problem:
    other = content.find_node(problem.node) if problem.field == "slug" else None
    if other is None or other.key == made.key or (other.parent, other.slug) != (made.parent, made.slug):
        return problem
    told = f"网址“{made.slug}”与同级的{problem.where}相同，请换一个。"
    return replace(problem, node=made.key, message=told)


class NewNodeScreen(NodeFormScreen):
    """A new column; the address says where it is to stand (`parent`, `after`)."""

    roles = frozenset({Role.PLATFORM_ADMIN})
    submit_label = "添加到草稿"

    def get_page_title(self) -> str:
        """What is added."""
        return "添加栏目"

    @property
    def after(self) -> str:
        """The sibling before it."""
        return self.request.POST.get("after") or self.request.GET.get("after", "")

    @property
    def done(self) -> str:  # type: ignore[override] # it has a name by then
        """Good news."""
        return f"已添加栏目“{self.request.POST.get('title', '')}”。"

    def make_form(self, data: Any = None) -> NodeForm:
        """An empty form, under the parent that the address names."""
        parent = self.request.GET.get("parent", "")
        return NodeForm(self.content, None, data, parent=parent if self.content.find_node(parent) else "")

    def edit(self, form: NodeForm) -> Edit:
        """Add it."""
        node, after = form.make_node(), self.after
        return lambda content: add_node(content, node, after=after)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where it is to stand."""
        return super().get_context_data(after=self.after, back_url=self.link(TREE), **kwargs)


class NodeScreen(NodeFormScreen):
    """A column: all that the blueprint says of it."""

    @cached_property
    def node(self) -> Node:
        """The column that the address names."""
        found = self.content.find_node(self.kwargs["key"])
        if found is None:
            raise Http404
        return found

    def get_page_title(self) -> str:
        """Its title."""
        return self.node.title

    def get_page_subtitle(self) -> str:
        """Its key."""
        return self.node.key

    def make_form(self, data: Any = None) -> NodeForm:
        """The form, filled in."""
        return NodeForm(self.content, self.node, data, parent=self.node.parent)

    def edit(self, form: NodeForm) -> Edit:
        """Change it."""
        made = form.make_node()
        values = {name: getattr(made, name) for name in form.fields if name != "key"}
        if set(values["locks"]) == set(self.node.locks):
            values["locks"] = self.node.locks  # as they were written
        return lambda content: change_node(content, self.node.key, **values)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The way to its removal."""
        delete_url = self.link(DELETE_NODE, self.node.key)
        return super().get_context_data(node=self.node, delete_url=delete_url, back_url=self.link(TREE), **kwargs)


class DeleteNodeScreen(BlueprintScreen):
    """Ask once more, tell what will happen on the sites, then take the column out of the draft."""

    roles = frozenset({Role.PLATFORM_ADMIN})
    template_name = "blueprints/console/delete_node.html"

    @cached_property
    def node(self) -> Node:
        """The column that the address names."""
        found = self.content.find_node(self.kwargs["key"])
        if found is None:
            raise Http404
        return found

    def get_page_title(self) -> str:
        """What is removed."""
        return "删除栏目"

    def get_page_subtitle(self) -> str:
        """Which."""
        return self.node.title

    def get_trail(self) -> list[tuple[str, str]]:
        """The list, the tree."""
        return [*super().get_trail(), (self.link(TREE), super().get_page_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What goes with it, and what stands in the way."""
        below = list_below(self.content, self.node.key)
        users = list_users(self.content, [self.node.key, *(node.key for node in below)])
        return super().get_context_data(
            node=self.node,
            below=below,
            users=[(name_section(each.key), self.link(SECTION, each.key)) for each in users],
            back_url=self.link(NODE, self.node.key),
            **kwargs,
        )

    def post(self, request: HttpRequest, kind: str, key: str) -> HttpResponseBase:
        """Remove it; or say why not."""
        title, with_children = self.node.title, request.POST.get("children") == "1"
        try:
            self.save(lambda content: remove_node(content, key, with_children=with_children))
        except (BlueprintRefused, EditRefused) as refusal:
            self.tell_refusal(refusal)
            return redirect(DELETE_NODE, kind, key)
        self.tell_saved(f"已从草稿中删除“{title}”。发布并推行后，各网站才变。", is_saved=True)
        return redirect(self.link(TREE))
