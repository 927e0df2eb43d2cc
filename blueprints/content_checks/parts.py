"""Rules for the sections of the home page, and for workflows of review."""

from collections.abc import Iterator

from blueprints.content import DIRECT, Content
from blueprints.section_checks import list_value_problems
from site_core.sections import list_section_keys

from .columns import page_type_of
from .limits import LONGEST_LABEL, MOST_STEPS, REVIEWERS
from .problems import (
    CONTROL,
    KEY,
    Problem,
    Rule,
    check_length,
    list_repeated,
    list_sections,
    list_unknown,
    list_workflow_choices,
    list_workflows,
    problem_of,
)


def _check_section_keys(content: Content) -> Iterator[Problem]:
    known, seen = list_section_keys(), set()
    for section, at in list_sections(content):
        if section.key not in known:
            yield at("key", f"没有版块“{section.key}”，请改为其中之一：{'、'.join(known)}。")
        elif section.key in seen:
            yield at("key", f"版块“{section.key}”写了两次，请删去一个。")
        seen.add(section.key)


def _check_section_values(content: Content) -> Iterator[Problem]:
    """An optional section without a value is one that a site may add and fill in itself."""
    models = {node.key: model for node in content.nodes if (model := page_type_of(node))}
    for section, at in list_sections(content):
        if section.key in list_section_keys() and (section.required or section.value):
            for path, message in list_value_problems(section.key, section.value, models):
                yield at(".".join(["value", *map(str, path)]), message)


def _check_workflow_keys(content: Content) -> Iterator[Problem]:
    seen: set[str] = set()
    for workflow, at in list_workflows(content):
        if workflow.key == DIRECT:
            yield at("key", f"“{DIRECT}”是“不经审核”，不能另作流程的标识，请换一个。")
        elif not KEY.fullmatch(workflow.key):
            yield at("key", "标识只能用小写字母开头的小写字母、数字、下划线和连字符，请改正。")
        elif workflow.key in seen:
            yield at("key", f"标识“{workflow.key}”重复，请给其中一个换标识。")
        seen.add(workflow.key)


def _check_workflow_labels(content: Content) -> Iterator[Problem]:
    for workflow, at in list_workflows(content):
        if not workflow.label.strip():
            yield at("label", "没有名称，请填写，如 三审三校。")
        elif CONTROL.search(workflow.label):
            yield at("label", "名称中有换行或控制字符，请写成一行。")
        yield from check_length(workflow.label, at, "label", "名称", LONGEST_LABEL)


def _check_step_counts(content: Content) -> Iterator[Problem]:
    for workflow, at in list_workflows(content):
        if not workflow.steps:
            yield at("steps", f"没有审核人，请写 1 至 {MOST_STEPS} 步；不经审核的请选 {DIRECT}。")
        if len(workflow.steps) > MOST_STEPS:
            yield at("steps", f"有 {len(workflow.steps)} 步，不超过 {MOST_STEPS} 步，请删减。")


def _check_step_roles(content: Content) -> Iterator[Problem]:
    """Each step is another reviewing role, and one that sites of this kind have."""
    for workflow, at in list_workflows(content):
        for role in list_unknown(workflow.steps, REVIEWERS):
            yield at("steps", f"“{role}”不是审核角色，请改为其中之一：{'、'.join(REVIEWERS)}。")
        for role in list_unknown(workflow.steps, {*content.roles, *list_unknown(workflow.steps, REVIEWERS)}):
            yield at("steps", f"角色“{role}”不在蓝图的角色（roles）中，请加入或改选。")
        for role in list_repeated(workflow.steps):
            yield at("steps", f"角色“{role}”出现两次：一人不能审两次，请改选。")


def _check_default_workflow(content: Content) -> Iterator[Problem]:
    if content.default_workflow not in list_workflow_choices(content):
        choices = "、".join(list_workflow_choices(content))
        yield problem_of(
            content, "default_workflow", f"没有审核流程“{content.default_workflow}”，默认流程请改选：{choices}。"
        )


RULES: tuple[Rule, ...] = (
    *(_check_section_keys, _check_section_values),
    *(_check_workflow_keys, _check_workflow_labels, _check_step_counts, _check_step_roles, _check_default_workflow),
)
