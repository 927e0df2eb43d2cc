"""Forms of the console's screens on blueprints: they read what is typed; whether a blueprint can be so is asked at save."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.html import format_html

from blueprints.console_selectors import COLUMN_TYPE, explain_workflow
from blueprints.content import DIRECT, Content, Node, Workflow
from blueprints.content_checks.columns import list_page_types
from blueprints.content_checks.limits import (
    CONTACTS,
    IDENTIFIERS,
    LARGEST_PAGE,
    LONGEST_LABEL,
    LONGEST_TERM,
    MOST_STEPS,
    REVIEWERS,
    SMALLEST_PAGE,
)
from blueprints.differences import name_detail, name_page_type
from blueprints.editing import list_below, name_workflow, propose_key
from blueprints.toml_files import LARGEST_FILE
from site_core.column_kinds import ColumnKind
from site_core.locks import LOCK_LABELS, Lock
from site_core.models import BasePage, ColumnLayout
from site_core.roles import ROLE_LABELS
from themes.forms import show_palette
from themes.palettes import CUSTOM, derive_palette
from themes.registry import Theme, find_theme, get_themes, palettes_of, theme_of_kind

Choices = list[tuple[str, Any]]
_INDENT = "　"

LOCK_HELP = {
    Lock.EXISTENCE: "网站不能删除、撤下、设访问限制或到期下线",
    Lock.PLACE: "不能移到别处，也不能调换顺序",
    Lock.TITLE: "不能改名",
    Lock.SLUG: "不能改网址",
    Lock.TEMPLATE: "不能改页面类型、栏目类别、列表样式、每页条数",
    Lock.INTERVAL: "不能改更新期限",
    Lock.REVIEW: "不能改审核流程",
}


def list_node_choices(content: Content, *, without: Iterable[str] = ()) -> Choices:
    """Nodes in the order of the tree, indented."""
    left_out = set(without)
    return [
        (node.key, f"{_INDENT * depth}{node.title}（{node.key}）")
        for node, depth in content.walk()
        if node.key not in left_out
    ]


def list_workflow_choices(content: Content) -> Choices:
    """Workflows of the blueprint, and `direct`."""
    rows = [(each.key, f"{each.label}（{_name_roles(each.steps)}）") for each in content.workflows]
    return [*rows, (DIRECT, name_workflow(content, DIRECT))]


def _name_roles(roles: Iterable[str]) -> str:
    return "、".join(ROLE_LABELS.get(role, role) for role in roles)


def _longest(field: str) -> int:
    return int(BasePage._meta.get_field(field).max_length)  # type: ignore[union-attr,arg-type] # all are text


class NodeForm(forms.Form):
    """All that a blueprint says of a column or standing page."""

    title = forms.CharField(label="名称", max_length=_longest("title"))
    slug = forms.CharField(
        label="网址",
        max_length=_longest("slug"),
        help_text="网址中的一段：小写字母、数字、连字符，如 tzgg。改网址后，旧网址自动转到新网址。",
    )
    key = forms.CharField(label="标识", max_length=_longest("node_key"), required=False)
    parent = forms.ChoiceField(label="上级栏目", required=False)
    page_type = forms.ChoiceField(label="页面类型")
    kind = forms.ChoiceField(
        label="栏目类别", choices=ColumnKind.choices, help_text="国家标准中的栏目类别；只用于“栏目”。"
    )
    layout = forms.ChoiceField(label="列表样式", choices=ColumnLayout.choices, help_text="只用于“栏目”。")
    page_size = forms.IntegerField(
        label="每页条数", min_value=SMALLEST_PAGE, max_value=LARGEST_PAGE, help_text="只用于“栏目”。"
    )
    update_days = forms.IntegerField(
        label="更新期限（天）",
        min_value=0,
        max_value=LONGEST_TERM,
        help_text="最长多少天必须有新内容；0 为不要求。只用于“栏目”。",
    )
    show_in_menus = forms.BooleanField(label="显示在导航", required=False)
    description = forms.CharField(
        label="栏目说明",
        required=False,
        max_length=_longest("summary"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一两句话说明栏目刊登什么，供读者和搜索引擎看。",
    )
    keywords = forms.CharField(
        label="关键词", required=False, max_length=_longest("keywords"), help_text="用英文逗号隔开。"
    )
    locks = forms.MultipleChoiceField(
        label="锁定",
        required=False,
        choices=[(str(lock), f"{LOCK_LABELS[lock]}：{help_text}") for lock, help_text in LOCK_HELP.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="锁定的由蓝图规定，各网站不能改；没有锁定的只在建立栏目时写入，以后由网站自定。",
    )
    workflow = forms.ChoiceField(label="审核流程", required=False)

    PARTS = (
        ("栏目", ("title", "slug", "key", "parent", "show_in_menus")),
        ("页面", ("page_type", "kind", "layout", "page_size", "update_days")),
        ("说明", ("description", "keywords")),
        ("管理", ("locks", "workflow")),
    )

    def __init__(self, content: Content, node: Node | None, data: Any = None, *, parent: str = "") -> None:
        super().__init__(data, initial=_node_values(node or _new_node(content, parent)))
        self.content, self.node = content, node
        below = [node.key, *(each.key for each in list_below(content, node.key))] if node else []
        self._set("parent", [("", "首页"), *list_node_choices(content, without=below)])
        self._set("page_type", [(label, name_page_type(label)) for label in _list_types(node)])
        self._set("workflow", [("", f"按上级（{explain_workflow(content, parent)}）"), *list_workflow_choices(content)])
        self._set_key_help()

    def _set(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined] # a ChoiceField

    def _set_key_help(self) -> None:
        field = self.fields["key"]
        if self.node is not None:
            field.disabled = True
            field.help_text = "建立后不能更改：各网站凭它认出栏目。"
        else:
            field.help_text = "各网站凭它认出栏目，建立后不能更改。留空即由上级标识和网址组成，如 xxgk_zcwj。"

    def list_parts(self) -> list[tuple[str, list[Any]]]:
        """(label, fields) of each part."""
        return [(label, [self[name] for name in names]) for label, names in self.PARTS]

    def make_node(self) -> Node:
        """The node that was filled in."""
        values = {**self.cleaned_data, "locks": tuple(self.cleaned_data["locks"])}
        if not values["key"]:
            values["key"] = propose_key(self.content, values["parent"], values["slug"])
        return Node(**values)


def _new_node(content: Content, parent: str) -> Node:
    """What a new node starts with: looks of the columns beside it."""
    beside = next((node for node in reversed(content.list_children(parent)) if node.page_type == COLUMN_TYPE), None)
    above = beside or content.find_node(parent)
    kind = above.kind if above and above.page_type == COLUMN_TYPE else Node.kind
    return Node("", "", "", parent=parent, kind=kind, show_in_menus=not parent, locks=())


def _node_values(node: Node) -> dict[str, Any]:
    return {**asdict(node), "locks": list(node.locks)}


def _list_types(node: Node | None) -> list[str]:
    known = [COLUMN_TYPE, *(label for label in list_page_types() if label != COLUMN_TYPE)]
    return known if node is None or node.page_type in known else [*known, node.page_type]


class AddSectionForm(forms.Form):
    """Which section of the registry to add."""

    key = forms.ChoiceField(label="版块")

    def __init__(self, choices: Choices, data: Any = None) -> None:
        super().__init__(data)
        self.fields["key"].choices = choices  # type: ignore[attr-defined] # a ChoiceField


class SwatchCheckboxes(forms.CheckboxSelectMultiple):
    """Checkboxes, each with its colours beside it."""

    class Media:
        css = {"all": ["themes/look.css"]}


class LookForm(forms.Form):
    """Theme, and which of its palettes a site may choose. Palettes of themes that are not chosen count for nothing."""

    theme = forms.ChoiceField(label="主题", required=False)
    palettes = forms.MultipleChoiceField(
        label="可选配色",
        required=False,
        widget=SwatchCheckboxes,
        help_text="各网站只能从勾选的配色中挑选；一个都不勾，即主题的全部配色。",
    )
    colours = forms.CharField(
        label="另加的主色",
        required=False,
        max_length=400,
        help_text="主题之外还可选的颜色，写作 #20456b，多个用逗号隔开；对比度不够的不能保存。",
    )

    def __init__(self, content: Content, data: Any = None) -> None:
        self.content = content
        chosen = _find_theme(content.kind, content.theme)
        own = [key for key in content.palettes if key.startswith(CUSTOM)]
        initial = {
            "theme": content.theme,
            "palettes": [f"{chosen.name}/{key}" for key in content.palettes if key not in own] if chosen else [],
            "colours": "，".join(f"#{key.removeprefix(CUSTOM)}" for key in own),
        }
        super().__init__(data, initial=initial)
        self.fields["theme"].choices = _list_themes(content.kind)  # type: ignore[attr-defined] # a ChoiceField
        self.fields["palettes"].choices = _list_palettes()  # type: ignore[attr-defined] # a ChoiceField

    def clean_colours(self) -> list[str]:
        """Keys of palettes around the colours."""
        text = self.cleaned_data["colours"].replace("，", ",").replace("、", ",")
        return [self._read_colour(part.strip()) for part in text.split(",") if part.strip()]

    def _read_colour(self, text: str) -> str:
        try:
            return derive_palette(text).key
        except ValueError as fault:
            raise forms.ValidationError(f"{text}：{fault}") from fault

    def list_palettes(self) -> list[str]:
        """Keys of what was ticked, of the chosen theme alone, and the colours."""
        theme = _find_theme(self.content.kind, self.cleaned_data["theme"])
        ticked = [each.partition("/") for each in self.cleaned_data["palettes"]]
        keys = [key for name, _, key in ticked if theme is not None and name == theme.name]
        return [*keys, *dict.fromkeys(self.cleaned_data["colours"])]


def _find_theme(kind: str, name: str) -> Theme | None:
    return find_theme(name) if name else theme_of_kind(kind)


def _list_themes(kind: str) -> Choices:
    own = theme_of_kind(kind)
    default = f"该类网站的主题（{own.label}）" if own else "该类网站的主题"
    return [("", default), *((each.name, each.label) for each in get_themes().by_name.values())]


def _list_palettes() -> Choices:
    return [
        (
            theme.label,
            [
                (f"{theme.name}/{each.key}", format_html("{}", show_palette(each)))
                for each in palettes_of(theme).values()
            ],
        )
        for theme in get_themes().by_name.values()
        if palettes_of(theme)
    ]


class WorkflowForm(forms.Form):
    """A workflow: its name, and who reviews in which order."""

    label = forms.CharField(label="名称", max_length=LONGEST_LABEL, help_text="如 三审三校。")
    key = forms.CharField(label="标识", max_length=40, help_text="小写字母开头，如 three；建立后不能更改。")

    def __init__(self, workflow: Workflow | None, data: Any = None) -> None:
        steps = workflow.steps if workflow else ()
        initial = {f"step_{number}": step for number, step in enumerate(steps, 1)}
        if workflow:
            initial |= {"label": workflow.label, "key": workflow.key}
        super().__init__(data, initial=initial)
        self.fields["key"].disabled = workflow is not None
        for number in range(1, MOST_STEPS + 1):
            self.fields[f"step_{number}"] = forms.ChoiceField(
                label=f"第 {number} 步",
                required=number == 1,
                choices=[
                    ("", "（无）" if number > 1 else "请选择"),
                    *((role, ROLE_LABELS[role]) for role in REVIEWERS),
                ],
            )

    def list_steps(self) -> tuple[str, ...]:
        """The roles in order."""
        steps = [self.cleaned_data[f"step_{number}"] for number in range(1, MOST_STEPS + 1)]
        return tuple(step for step in steps if step)


class ReviewForm(forms.Form):
    """What holds for all columns that name no workflow, and which roles sites have."""

    default_workflow = forms.ChoiceField(label="默认审核流程", help_text="没有另选流程的栏目和首页都按它办理。")
    roles = forms.MultipleChoiceField(
        label="角色", required=False, widget=forms.CheckboxSelectMultiple, help_text="这类网站设哪些角色。"
    )

    def __init__(self, content: Content, data: Any = None) -> None:
        super().__init__(data, initial={"default_workflow": content.default_workflow, "roles": list(content.roles)})
        self.fields["default_workflow"].choices = list_workflow_choices(content)  # type: ignore[attr-defined] # a ChoiceField
        self.fields["roles"].choices = list(ROLE_LABELS.items())  # type: ignore[attr-defined] # a ChoiceField


class RequiredForm(forms.Form):
    """Which of its details a site must fill in."""

    identifiers = forms.MultipleChoiceField(
        label="标识与备案",
        required=False,
        choices=[(name, name_detail(name)) for name in IDENTIFIERS],
        widget=forms.CheckboxSelectMultiple,
    )
    contacts = forms.MultipleChoiceField(
        label="联系方式",
        required=False,
        choices=[(name, name_detail(name)) for name in CONTACTS],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, content: Content, data: Any = None) -> None:
        initial = {"identifiers": list(content.identifiers), "contacts": list(content.contacts)}
        super().__init__(data, initial=initial)


class ReleaseForm(forms.Form):
    """The note of a release."""

    note = forms.CharField(
        label="说明",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="这一版改了什么、为什么，供各网站了解。发布后不能修改。",
    )


class ImportForm(forms.Form):
    """A file, or its text."""

    file = forms.FileField(
        label="TOML 文件",
        required=False,
        help_text="不超过 1 MB，UTF-8 编码。",
        widget=forms.FileInput(attrs={"accept": ".toml"}),
    )
    text = forms.CharField(
        label="或粘贴内容",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "bp-code"}),
    )

    def clean(self) -> dict[str, Any]:
        """`text` is what is to be read, wherever it came from."""
        data = super().clean() or {}
        if self.errors:
            return data
        if data.get("file"):
            data["text"] = self._read(data["file"])
        elif not (data.get("text") or "").strip():
            self.add_error("file", "请选择文件，或粘贴内容。")
        return data

    def _read(self, file: Any) -> str:
        if file.size > LARGEST_FILE:
            self.add_error("file", f"文件有 {file.size / 1_000_000:.1f} MB，不超过 1 MB。")
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", "文件不是 UTF-8 编码的文字，请另存为 UTF-8 后再导入。")
            return ""
