"""Screens of the console on the other parts of a blueprint: sections of the home page, look, review, required fields."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from wagtail.admin import messages

from accounts.models import Role
from blueprints.console_forms import AddSectionForm, LookForm, RequiredForm, ReviewForm, WorkflowForm
from blueprints.console_screens import (
    DELETE_SECTION,
    DELETE_WORKFLOW,
    LOOK,
    NEW_WORKFLOW,
    REQUIRED,
    REVIEW,
    SECTION,
    SECTIONS,
    WORKFLOW,
    BlueprintForm,
    BlueprintScreen,
    Edit,
)
from blueprints.content import Section, Workflow
from blueprints.content_checks.problems import Problem
from blueprints.differences import name_section, show_steps
from blueprints.editing import (
    add_section,
    add_workflow,
    change_section,
    change_workflow,
    find_section,
    fix_sections,
    list_nodes_with,
    move_section,
    place_section,
    remove_section,
    remove_workflow,
    require_fields,
    set_look,
    set_review,
)
from blueprints.section_forms import SectionForm
from site_core.sections import list_sections
from themes.registry import theme_of_kind

# --- home page ---------------------------------------------------------------------------------------------------------


class SectionsScreen(BlueprintScreen):
    """What the home page is made of: order, required or optional, what may be added."""

    template_name = "blueprints/console/sections.html"
    tab = SECTIONS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The sections, and those that are not there yet."""
        rows = [
            {
                "section": section,
                "label": name_section(section.key),
                "edit": self.link(SECTION, section.key),
                "delete": self.link(DELETE_SECTION, section.key),
            }
            for section in self.content.sections
        ]
        return super().get_context_data(rows=rows, form=AddSectionForm(self._list_more()), **kwargs)

    def _list_more(self) -> list[tuple[str, str]]:
        used = {section.key for section in self.content.sections}
        return [(key, str(block.label)) for key, block in list_sections() if key not in used]

    def post(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """One of: move, require, fix, add."""
        action, key = request.POST.get("action", ""), request.POST.get("key", "")
        if action == "add":
            return self._add(key)
        edits: dict[str, tuple[Edit, str]] = {
            "up": (lambda content: move_section(content, key, "up"), "已上移。"),
            "down": (lambda content: move_section(content, key, "down"), "已下移。"),
            "place": (lambda content: place_section(content, key, self._position), "已移动。"),
            "required": (lambda content: change_section(content, key, required=True), "已改为必备。"),
            "optional": (lambda content: change_section(content, key, required=False), "已改为可选。"),
            "fixed": (lambda content: fix_sections(content, True), "各网站不能再调换顺序。"),
            "free": (lambda content: fix_sections(content, False), "各网站可以调换顺序。"),
        }
        if action not in edits:
            raise Http404
        edit, done = edits[action]
        return self.act(edit, done, f"{self.link(SECTIONS)}#section-{key}" if key else self.link(SECTIONS))

    @property
    def _position(self) -> int:
        given = self.request.POST.get("position", "")
        return int(given) if given.isdecimal() and len(given) < 6 else 0

    def _add(self, key: str) -> HttpResponseBase:
        """An optional one first: a required one may need more than its defaults."""
        form = AddSectionForm(self._list_more(), self.request.POST)
        if not form.is_valid():
            messages.error(self.request, "未添加：请选择一个版块。")
            return redirect(self.link(SECTIONS))
        done = f"已添加“{name_section(key)}”，现为可选；要改为必备或填写初始内容，请在这里修改。"
        return self.act(
            lambda content: add_section(content, Section(key, {}, required=False)), done, self.link(SECTION, key)
        )


class OneSection(BlueprintScreen):
    """What the screens on one section have in common."""

    tab = SECTIONS

    @cached_property
    def section(self) -> Section:
        """The section that the address names."""
        found = find_section(self.content, self.kwargs["key"])
        if found is None or found.key not in dict(list_sections()):
            raise Http404
        return found

    def get_page_title(self) -> str:
        """Its label."""
        return name_section(self.section.key)

    def get_trail(self) -> list[tuple[str, str]]:
        """The list, the sections."""
        return [*super().get_trail(), (self.link(SECTIONS), super().get_page_title())]


class SectionScreen(OneSection, BlueprintForm):
    """What a section starts with."""

    template_name = "blueprints/console/section.html"

    def make_form(self, data: Any = None) -> SectionForm:
        """Made from its block."""
        return SectionForm(self.content, self.section, data)

    def edit(self, form: SectionForm) -> Edit:
        """Change it."""
        made = form.make_section()
        return lambda content: change_section(content, made.key, value=made.value, required=made.required)

    def list_fields_of(self, problem: Problem, form: SectionForm) -> list[str]:
        """The field where that part of the value was typed."""
        place = [each.key for each in self.content.sections].index(self.section.key)
        head = f"sections.{place}.value."
        if not problem.field.startswith(head):
            return []
        path = tuple(int(part) if part.isdecimal() else part for part in problem.field.removeprefix(head).split("."))
        found = form.find_field(path)
        return [found] if found else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The way back."""
        delete_url = self.link(DELETE_SECTION, self.section.key)
        return super().get_context_data(
            section=self.section, delete_url=delete_url, back_url=self.link(SECTIONS), **kwargs
        )


class DeleteSectionScreen(OneSection):
    """Ask once more, then take the section out of the draft."""

    roles = frozenset({Role.PLATFORM_ADMIN})
    template_name = "blueprints/console/confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question."""
        question = f"确定从首页删除版块“{self.get_page_title()}”吗？它的初始内容也一并删去。"
        after = "发布并推行后，各网站首页上已有的这个版块会保留，但不再由蓝图规定，也不能新加。"
        return super().get_context_data(
            question=question, after=after, submit_label="删除版块", back_url=self.link(SECTIONS), **kwargs
        )

    def post(self, request: HttpRequest, kind: str, key: str) -> HttpResponseBase:
        """Remove it."""
        done = f"已删除版块“{self.get_page_title()}”。"
        return self.act(lambda content: remove_section(content, key), done, self.link(SECTIONS))


# --- look, required fields ---------------------------------------------------------------------------------------------


class LookScreen(BlueprintForm):
    """Theme and palettes."""

    template_name = "blueprints/console/look.html"
    tab = LOOK

    def make_form(self, data: Any = None) -> LookForm:
        """The form, filled in."""
        return LookForm(self.content, data)

    def edit(self, form: LookForm) -> Edit:
        """Another look."""
        theme, palettes = form.cleaned_data["theme"], form.list_palettes()
        return lambda content: set_look(content, theme=theme, palettes=palettes)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The theme that sites of the kind wear where none is named: the script shows its palettes."""
        own = theme_of_kind(self.kind)
        return super().get_context_data(own_theme=own.name if own else "", **kwargs)


class RequiredScreen(BlueprintForm):
    """Which details sites must fill in."""

    tab = REQUIRED

    def make_form(self, data: Any = None) -> RequiredForm:
        """The form, filled in."""
        return RequiredForm(self.content, data)

    def edit(self, form: RequiredForm) -> Edit:
        """Other fields."""
        data = form.cleaned_data
        return lambda content: require_fields(content, identifiers=data["identifiers"], contacts=data["contacts"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it means."""
        intro = "这类网站必须填写的单位信息。没有填写的，在“网站群”的核对结果中列出；网站照常运行。"
        return super().get_context_data(intro=intro, **kwargs)


# --- review ------------------------------------------------------------------------------------------------------------


class ReviewScreen(BlueprintForm):
    """The workflows, the one that holds where none is named, and the roles."""

    template_name = "blueprints/console/review.html"
    tab = REVIEW

    def make_form(self, data: Any = None) -> ReviewForm:
        """The form, filled in."""
        return ReviewForm(self.content, data)

    def edit(self, form: ReviewForm) -> Edit:
        """Another default, other roles."""
        data = form.cleaned_data
        return lambda content: set_review(content, default=data["default_workflow"], roles=data["roles"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each workflow with its users."""
        rows = [
            {
                "workflow": each,
                "steps": show_steps(each),
                "users": len(list_nodes_with(self.content, each.key)),
                "is_default": each.key == self.content.default_workflow,
                "edit": self.link(WORKFLOW, each.key),
                "delete": self.link(DELETE_WORKFLOW, each.key),
            }
            for each in self.content.workflows
        ]
        return super().get_context_data(workflows=rows, new_url=self.link(NEW_WORKFLOW), **kwargs)


class WorkflowFormScreen(BlueprintForm):
    """What the forms of a new workflow and of one that is there have in common."""

    tab = REVIEW

    def get_trail(self) -> list[tuple[str, str]]:
        """The list, the workflows."""
        return [*super().get_trail(), (self.link(REVIEW), super().get_page_title())]

    def list_fields_of(self, problem: Problem, form: WorkflowForm) -> list[str]:
        """What is wrong with the steps stands at the first."""
        head, _, rest = problem.field.partition(".")
        place, _, name = rest.partition(".")
        if head != "workflows" or int(place) != self.place:
            return []
        return ["step_1" if name == "steps" else name]

    @property
    def place(self) -> int:
        """Its place among the workflows."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The way back."""
        return super().get_context_data(back_url=self.link(REVIEW), **kwargs)


class NewWorkflowScreen(WorkflowFormScreen):
    """A new workflow."""

    roles = frozenset({Role.PLATFORM_ADMIN})
    submit_label = "添加到草稿"

    def get_page_title(self) -> str:
        """What is added."""
        return "添加审核流程"

    @property
    def place(self) -> int:
        """The last."""
        return len(self.content.workflows)

    def make_form(self, data: Any = None) -> WorkflowForm:
        """An empty form."""
        return WorkflowForm(None, data)

    def edit(self, form: WorkflowForm) -> Edit:
        """Add it."""
        made = Workflow(form.cleaned_data["key"], form.cleaned_data["label"], form.list_steps())
        return lambda content: add_workflow(content, made)


class WorkflowScreen(WorkflowFormScreen):
    """A workflow: name and steps."""

    @cached_property
    def workflow(self) -> Workflow:
        """The workflow that the address names."""
        found = self.content.find_workflow(self.kwargs["key"])
        if found is None:
            raise Http404
        return found

    def get_page_title(self) -> str:
        """Its name."""
        return self.workflow.label

    @property
    def place(self) -> int:
        """Among the workflows."""
        return self.content.workflows.index(self.workflow)

    def make_form(self, data: Any = None) -> WorkflowForm:
        """The form, filled in."""
        return WorkflowForm(self.workflow, data)

    def edit(self, form: WorkflowForm) -> Edit:
        """Change it."""
        label, steps = form.cleaned_data["label"], form.list_steps()
        return lambda content: change_workflow(content, self.workflow.key, label=label, steps=steps)


class DeleteWorkflowScreen(WorkflowScreen):
    """Ask once more, then take the workflow out of the draft."""

    roles = frozenset({Role.PLATFORM_ADMIN})
    template_name = "blueprints/console/confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question."""
        question = f"确定删除审核流程“{self.workflow.label}”吗？"
        return super().get_context_data(question=question, **kwargs) | {"submit_label": "删除流程"}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Remove it; or say who uses it."""
        key, label = self.workflow.key, self.workflow.label
        return self.act(lambda content: remove_workflow(content, key), f"已删除流程“{label}”。", self.link(REVIEW))
