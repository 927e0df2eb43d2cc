"""What the console's screens on one blueprint have in common: its draft, the tabs, and how an edit is saved or refused."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages

from blueprints.console_selectors import Draft, get_draft
from blueprints.content import Content
from blueprints.content_checks.problems import Problem
from blueprints.editing import EditRefused
from blueprints.releasing import BlueprintRefused, DraftOutdated, save_draft
from site_core.console_screens import ConsoleScreen

BLUEPRINTS = "blueprints_console"
TREE, MOVE, NODE, NEW_NODE, DELETE_NODE = (
    f"{BLUEPRINTS}_{name}" for name in ("tree", "move", "node", "new_node", "delete_node")
)
SECTIONS, SECTION, DELETE_SECTION = (f"{BLUEPRINTS}_{name}" for name in ("sections", "section", "delete_section"))
LOOK, REQUIRED = f"{BLUEPRINTS}_look", f"{BLUEPRINTS}_required"
REVIEW, WORKFLOW, NEW_WORKFLOW, DELETE_WORKFLOW = (
    f"{BLUEPRINTS}_{name}" for name in ("review", "workflow", "new_workflow", "delete_workflow")
)
RELEASES, RELEASE, COMPARE, RESTORE = (f"{BLUEPRINTS}_{name}" for name in ("releases", "release", "compare", "restore"))
FILES, DOWNLOAD, IMPORT = (f"{BLUEPRINTS}_{name}" for name in ("files", "download", "import"))

TABS = (
    (TREE, "栏目树"),
    (SECTIONS, "首页版块"),
    (LOOK, "外观"),
    (REVIEW, "审核流程"),
    (REQUIRED, "必填信息"),
    (RELEASES, "版本"),
    (FILES, "导入导出"),
)
Edit = Callable[[Content], Content]


class BlueprintScreen(ConsoleScreen, TemplateView):
    """A screen on the blueprint of the kind that the address names."""

    header_icon = "clipboard-list"
    tab = TREE

    @property
    def kind(self) -> str:
        """The kind of site."""
        return str(self.kwargs["kind"])

    @cached_property
    def draft(self) -> Draft:
        """As it is now."""
        return get_draft(self.kind)

    @property
    def content(self) -> Content:
        """What the draft says."""
        return self.draft.content

    def get_page_title(self) -> str:
        """Which blueprint."""
        return f"{self.draft.label}蓝图"

    def get_trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(reverse(BLUEPRINTS), "蓝图")]

    def link(self, name: str, *args: Any) -> str:
        """Address of a screen on this blueprint."""
        return reverse(name, args=[self.kind, *args])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The draft, the tabs, and whether one may write."""
        tabs = [(self.link(name), label, name == self.tab) for name, label in TABS]
        return super().get_context_data(
            draft=self.draft,
            tabs=tabs,
            may_write=self.may_write(),
            problems=[(problem, self.link_problem(problem)) for problem in self.draft.problems],
            releases_url=self.link(RELEASES),
            **kwargs,
        )

    def link_problem(self, problem: Problem) -> str:
        """Address of the form where the problem can be mended."""
        if problem.node and self.content.find_node(problem.node):
            return self.link(NODE, problem.node)
        head, _, rest = problem.field.partition(".")
        place = rest.partition(".")[0]
        if head == "sections" and place.isdecimal() and int(place) < len(self.content.sections):
            return self.link(SECTION, self.content.sections[int(place)].key)
        screens = {"sections": SECTIONS, "theme": LOOK, "palettes": LOOK, "identifiers": REQUIRED, "contacts": REQUIRED}
        reviewed = {"workflows": REVIEW, "default_workflow": REVIEW, "roles": REVIEW}
        return self.link({**screens, **reviewed}.get(head, TREE))

    @property
    def posted_version(self) -> int:
        """Version of the draft that the person had before them; -1, which never is one, where the form does not say."""
        given = self.request.POST.get("version", "")
        return int(given) if given.isdecimal() and len(given) < 10 else -1

    def save(self, edit: Edit) -> bool:
        """Save the edited draft; whether there was anything to save. Raises BlueprintRefused, EditRefused."""
        if self.posted_version != self.draft.version:
            raise DraftOutdated(tell_outdated(self.draft))
        edited = edit(self.content)
        if edited == self.content:
            return False
        save_draft(self.kind, edited, version=self.posted_version, acting_user=self.acting_user)
        self.__dict__.pop("draft", None)
        return True

    def act(self, edit: Edit, done: str, then: str) -> HttpResponseBase:
        """Save an edit that has no form, and go on; or go on with the reason."""
        try:
            is_saved = self.save(edit)
        except (BlueprintRefused, EditRefused) as refusal:
            self.tell_refusal(refusal)
        else:
            self.tell_saved(done, is_saved=is_saved)
        return redirect(then)

    def tell_saved(self, done: str, *, is_saved: bool) -> None:
        """Good news; or that nothing was changed."""
        messages.success(self.request, done if is_saved else "没有改动，草稿不变。")

    def tell_refusal(self, refusal: Exception) -> None:
        """Why nothing was saved, each problem with the way to its form."""
        problems = getattr(refusal, "problems", [])
        if not problems:
            messages.error(self.request, f"未保存：{refusal}")
        for problem in problems[:5]:
            button = messages.button(self.link_problem(problem), "查看")
            messages.error(self.request, f"未保存。{problem.where}：{problem.message}", buttons=[button])


def tell_outdated(draft: Draft) -> str:
    """That somebody else was quicker: who, and when."""
    who = f"被“{draft.changed_by}”" if draft.changed_by else "已被他人"
    when = f"（{timezone.localtime(draft.changed_at):%m-%d %H:%M}）" if draft.changed_at else ""
    return f"草稿在您打开之后{who}修改{when}，您的改动还没有保存。请核对最新的草稿，再保存一次。"


class BlueprintForm(BlueprintScreen):
    """A screen with one form, which changes the draft. Readers see it, with nothing to press."""

    template_name = "blueprints/console/form.html"
    done = "已保存到草稿。"
    submit_label = "保存到草稿"

    def make_form(self, data: Any = None) -> Any:
        """The form, of this draft."""
        raise NotImplementedError

    def edit(self, form: Any) -> Edit:
        """The edit that the valid form asks for."""
        raise NotImplementedError

    def list_fields_of(self, problem: Problem, form: Any) -> list[str]:
        """Fields of the form at which the problem is told; [] for the whole form, which names the place."""
        return [problem.field] if problem.field in form.fields else []

    def get_success_url(self, form: Any) -> str:
        """Where to go once it is saved."""
        return self.link(self.tab)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form; locked for readers."""
        form = kwargs.setdefault("form", self.make_form())
        if not self.may_write():
            for field in form.fields.values():
                field.disabled = True
        kwargs.setdefault("version", self.draft.version)
        return super().get_context_data(submit_label=self.submit_label, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save it, or show the form again with what was written and what is wrong with it."""
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.show_refused(form)
        try:
            is_saved = self.save(self.edit(form))
        except DraftOutdated as refusal:
            form.add_error(None, str(refusal))
            return self.show_refused(form, latest_url=self.link(self.tab))
        except BlueprintRefused as refusal:
            self.place_problems(refusal.problems, form)
            return self.show_refused(form)
        except EditRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return self.show_refused(form)
        self.tell_saved(self.done, is_saved=is_saved)
        return redirect(self.get_success_url(form))

    def place_problems(self, problems: list[Problem], form: Any) -> None:
        """Each problem at its field, or at the head of the form with the name of its place."""
        for problem in problems:
            found = self.list_fields_of(problem, form)
            for field in found:
                form.add_error(field, problem.message)
            if not found:
                form.add_error(None, f"{problem.where}：{problem.message}")

    def show_refused(self, form: Any, **context: Any) -> HttpResponseBase:
        """The screen again. Where the draft is a newer one, the form is of that: whoever saves again has been told."""
        messages.error(self.request, "未保存：请查看标出的问题。")
        return self.render_to_response(self.get_context_data(form=form, **context))
