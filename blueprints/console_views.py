"""Screens of the console on blueprints: the list, and the tree of one with its moves."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.widgets.button import HeaderButton

from blueprints.console_screens import (
    DELETE_NODE,
    MOVE,
    NEW_NODE,
    NODE,
    RELEASES,
    TREE,
    BlueprintScreen,
    Edit,
)
from blueprints.console_selectors import TreeRow, list_drafts, list_tree
from blueprints.content import Content
from blueprints.editing import LAST, MOVES, EditRefused, place_node
from blueprints.releasing import BlueprintRefused
from site_core.console_screens import ConsoleScreen

FETCHED = "X-Blueprint-Move"
"""Header of a move that the script sends: it wants the tree alone back."""


class BlueprintsScreen(ConsoleScreen, TemplateView):
    """The blueprints of all kinds of site."""

    template_name = "blueprints/console/index.html"
    page_title = "蓝图"
    header_icon = "clipboard-list"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each draft with its addresses."""
        rows = [(each, reverse(TREE, args=[each.kind]), reverse(RELEASES, args=[each.kind])) for each in list_drafts()]
        return super().get_context_data(rows=rows, **kwargs)


class TreeScreen(BlueprintScreen):
    """The columns that sites of the kind must have; moved by mouse, by keyboard, by buttons."""

    template_name = "blueprints/console/tree.html"

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """A column below the home page."""
        if not self.may_write():
            return []
        return [HeaderButton("添加栏目", url=self.link(NEW_NODE), icon_name="plus")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The tree; `open` is the node whose menu stays open after a move without script."""
        asked = self.request.GET
        return super().get_context_data(
            **self.make_tree(), open_key=asked.get("open", ""), open_move=asked.get("move", ""), **kwargs
        )

    def make_tree(self) -> dict[str, Any]:
        """What the template of the tree needs."""
        rows = [(row, self._link_row(row)) for row in list_tree(self.content)]
        return {"rows": rows, "move_url": self.link(MOVE), "is_editable": self.may_write()}

    def _link_row(self, row: TreeRow) -> dict[str, str]:
        new, node = self.link(NEW_NODE), row.node
        return {
            "edit": self.link(NODE, node.key),
            "delete": self.link(DELETE_NODE, node.key),
            "after": f"{new}?parent={node.parent}&after={node.key}",
            "below": f"{new}?parent={node.key}",
        }


class MoveScreen(TreeScreen):
    """Move a column: one place by `move`, or under `parent` at `position`."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """The tree as it is now, with what became of the move."""
        key = request.POST.get("key", "")
        if FETCHED in request.headers:
            return self._answer_script(key)
        move = request.POST.get("move", "")
        done = f"已移动“{self._name(key)}”。"
        return self.act(self._read_edit(key), done, f"{self.link(TREE)}?open={key}&move={move}#node-{key}")

    def _read_edit(self, key: str) -> Edit:
        move = MOVES.get(self.request.POST.get("move", ""))
        if move is not None:
            return lambda content: move(content, key)
        parent, position = self.request.POST.get("parent", ""), self.request.POST.get("position", "")
        place = int(position) if position.isdecimal() and len(position) < 6 else LAST
        return lambda content: place_node(content, key, parent, place)

    def _answer_script(self, key: str) -> HttpResponse:
        """Refusals come with the tree, too, so that what is shown is what is saved."""
        try:
            is_saved = self.save(self._read_edit(key))
        except BlueprintRefused as refusal:
            told = [f"{each.where}：{each.message}" for each in refusal.problems] or [str(refusal)]
            outcome, message = "refused", "未移动。" + " ".join(told[:3])
        except EditRefused as refusal:
            outcome, message = "refused", f"未移动：{refusal}"
        else:
            outcome = "saved" if is_saved else "same"
            message = self._tell_place(key) if is_saved else "位置没有变。"
        context = {
            **self.make_tree(),
            "draft": self.draft,
            "outcome": outcome,
            "message": message,
            "releases_url": self.link(RELEASES),
        }
        return render(self.request, "blueprints/console/parts/tree.html", context)

    def _tell_place(self, key: str) -> str:
        row = next(row for row in list_tree(self.content) if row.node.key == key)
        return f"已移动“{row.node.title}”：在“{row.parent_title}”之下，第 {row.position + 1} 个，共 {row.siblings} 个。"

    def _name(self, key: str) -> str:
        return name_title(self.content, key)


def name_title(content: Content, key: str) -> str:
    """Title of the node; the key itself where there is none."""
    node = content.find_node(key)
    return node.title if node else key
