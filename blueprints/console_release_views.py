"""Screens of the console on releases of a blueprint: the list, one of them, differences, files."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from wagtail.admin import messages

from accounts.models import Role
from blueprints.console_forms import ImportForm, ReleaseForm
from blueprints.console_screens import (
    COMPARE,
    DOWNLOAD,
    FILES,
    IMPORT,
    RELEASE,
    RELEASES,
    RESTORE,
    TREE,
    BlueprintForm,
    BlueprintScreen,
    tell_outdated,
)
from blueprints.console_selectors import list_numbers, list_tree, verify_rows
from blueprints.content import Content
from blueprints.content_checks import list_problems
from blueprints.differences import (
    Difference,
    list_differences,
    name_detail,
    name_palettes,
    name_section,
    name_theme,
    show_steps,
)
from blueprints.editing import EditRefused, in_tree_order, name_workflow
from blueprints.models import Release
from blueprints.releasing import BlueprintRefused, DraftOutdated, release_draft, save_draft, verify_release
from blueprints.selectors import find_release, get_content, list_releases
from blueprints.toml_files import BlueprintFileProblem, FileProblem, locate, read_blueprint, write_blueprint

_ROWS = 20
DRAFT = "draft"


def group_differences(differences: list[Difference]) -> list[tuple[str, list[Difference]]]:
    """By the parts of a blueprint, in their order."""
    groups: dict[str, list[Difference]] = {}
    for each in differences:
        groups.setdefault(each.part, []).append(each)
    return list(groups.items())


class ReleasesScreen(BlueprintForm):
    """All releases; and the next one: what it would change, and its note."""

    template_name = "blueprints/console/releases.html"
    tab = RELEASES
    submit_label = "发布新版本"

    def make_form(self, data: Any = None) -> ReleaseForm:
        """The note."""
        return ReleaseForm(data)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The releases, newest first, and what the draft would change."""
        page = Paginator(list_releases(self.kind), _ROWS).get_page(self.request.GET.get("p"))
        rows = [(row, self.link(RELEASE, row.release.number)) for row in verify_rows(page.object_list)]
        return super().get_context_data(
            rows=rows,
            page=page,
            groups=group_differences(self.draft.differences),
            is_new=not self.draft.is_released,
            compare_url=self.link(COMPARE),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Release the draft that the person looked at; or say why not."""
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.show_refused(form)
        try:
            release = self._release(form.cleaned_data["note"])
        except BlueprintRefused as refusal:
            self.place_problems(refusal.problems, form)
            if not refusal.problems:
                form.add_error(None, str(refusal))
            return self.show_refused(form)
        messages.success(request, f"已发布第 {release.number} 版。各网站要推行之后才变。")
        return redirect(self.link(RELEASES))

    def _release(self, note: str) -> Release:
        """Where nobody saved a draft yet, what is shipped is the draft. Raises BlueprintRefused."""
        version = self.posted_version
        if self.draft.version == 0:
            version = save_draft(self.kind, self.content, version=version, acting_user=self.acting_user).version
        return release_draft(self.kind, note, acting_user=self.acting_user, version=version)

    def show_refused(self, form: Any, **context: Any) -> HttpResponseBase:
        """With the draft as it is now."""
        self.__dict__.pop("draft", None)
        messages.error(self.request, "未发布：请查看标出的问题。")
        return self.render_to_response(self.get_context_data(form=form, **context))


class OneRelease(BlueprintScreen):
    """What the screens on one release have in common."""

    tab = RELEASES

    @cached_property
    def release(self) -> Release:
        """The release that the address names."""
        found = find_release(self.kind, self.kwargs["number"])
        if found is None:
            raise Http404
        return found

    @property
    def released(self) -> Content:
        """What it says."""
        return get_content(self.release) or Content(self.kind)

    def get_page_title(self) -> str:
        """Its number."""
        return f"第 {self.release.number} 版"

    def get_trail(self) -> list[tuple[str, str]]:
        """The list, the releases."""
        return [*super().get_trail(), (self.link(RELEASES), super().get_page_title())]


class ReleaseScreen(OneRelease):
    """A release, to read."""

    template_name = "blueprints/console/release.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All that it says, in words."""
        content, number = self.released, self.release.number
        return super().get_context_data(
            release=self.release,
            is_genuine=verify_release(self.release),
            rows=[(row, None) for row in list_tree(content)],
            facts=list_facts(content),
            sections=[(each, name_section(each.key)) for each in content.sections],
            is_fixed=content.sections_fixed,
            compare_url=self.link(COMPARE),
            before=number - 1,
            restore_url=self.link(RESTORE, number),
            download_url=f"{self.link(DOWNLOAD)}?release={number}",
            **kwargs,
        )


def list_facts(content: Content) -> list[tuple[str, str]]:
    """(label, value) of what is no tree and no list."""
    workflows = "；".join(f"{each.label}：{show_steps(each)}" for each in content.workflows)
    required = "、".join(name_detail(name) for name in (*content.identifiers, *content.contacts))
    return [
        ("主题", name_theme(content)),
        ("可选配色", name_palettes(content)),
        ("审核流程", workflows or "（无）"),
        ("默认流程", name_workflow(content, content.default_workflow)),
        ("必填信息", required or "（无）"),
    ]


class CompareScreen(BlueprintScreen):
    """What changed from one release to another, or to the draft."""

    template_name = "blueprints/console/compare.html"
    tab = RELEASES

    def get_page_title(self) -> str:
        """What it is."""
        return "版本差异"

    def get_trail(self) -> list[tuple[str, str]]:
        """The list, the releases."""
        return [*super().get_trail(), (self.link(RELEASES), super().get_page_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The differences; from the one before the newest to the draft, where nothing else is asked for."""
        numbers = list_numbers(self.kind)
        old = self.request.GET.get("from") or (str(numbers[0]) if numbers else DRAFT)
        new = self.request.GET.get("to") or DRAFT
        differences = list_differences(self._read(old), self._read(new))
        choices = [(DRAFT, "草稿"), *((str(number), f"第 {number} 版") for number in numbers)]
        return super().get_context_data(
            groups=group_differences(differences), choices=choices, old=old, new=new, names=dict(choices), **kwargs
        )

    def _read(self, asked: str) -> Content:
        """What the release, or the draft, says."""
        if asked == DRAFT:
            return self.content
        release = find_release(self.kind, int(asked)) if asked.isdecimal() and len(asked) < 9 else None
        found = get_content(release)
        if found is None:
            raise Http404
        return found


class RestoreScreen(OneRelease):
    """Let the draft say again what a release says. The release itself, and the sites, stay as they are."""

    roles = frozenset({Role.PLATFORM_ADMIN})
    template_name = "blueprints/console/restore.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it would do to the draft."""
        groups = group_differences(list_differences(self.content, self.released))
        return super().get_context_data(
            groups=groups, release=self.release, back_url=self.link(RELEASE, self.release.number), **kwargs
        )

    def post(self, request: HttpRequest, kind: str, number: int) -> HttpResponseBase:
        """Do it; or say why not."""
        done = f"草稿已恢复为第 {number} 版的内容。要让各网站也这样，请发布新版本并推行。"
        return self.act(lambda _: self.released, done, self.link(TREE))


# --- files -------------------------------------------------------------------------------------------------------------


class FilesScreen(BlueprintScreen):
    """The draft or a release as a file; and a file into the draft."""

    template_name = "blueprints/console/files.html"
    tab = FILES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The forms."""
        kwargs.setdefault("form", ImportForm())
        return super().get_context_data(
            download_url=self.link(DOWNLOAD),
            import_url=self.link(IMPORT),
            numbers=list_numbers(self.kind),
            **kwargs,
        )


class DownloadScreen(BlueprintScreen):
    """The draft, or the release that is asked for, as TOML."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """An attachment."""
        number = request.GET.get("release", "")
        content, name = (self._read(number), number) if number else (self.content, f"draft-{self.draft.version}")
        headers = {"Content-Disposition": f'attachment; filename="{self.kind}-{name}.toml"'}
        return HttpResponse(write_blueprint(content), content_type="application/toml; charset=utf-8", headers=headers)

    def _read(self, number: str) -> Content:
        release = find_release(self.kind, int(number)) if number.isdecimal() and len(number) < 9 else None
        found = get_content(release)
        if found is None:
            raise Http404
        return found


class ImportScreen(FilesScreen):
    """Read a file: tell what is wrong with it; or show what it would change, and save it once that is confirmed."""

    roles = frozenset({Role.PLATFORM_ADMIN})
    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """The first time the differences, the second time the draft."""
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(form=form)
        text = form.cleaned_data["text"]
        try:
            content = in_tree_order(read_blueprint(text))
        except BlueprintFileProblem as error:
            return self._show(form=ImportForm(initial={"text": text}), faults=error.problems)
        if faults := self._list_faults(text, content):
            return self._show(form=ImportForm(initial={"text": text}), faults=faults)
        if request.POST.get("confirmed") != "1":
            return self._ask(text, content)
        return self._save(text, content)

    def _list_faults(self, text: str, content: Content) -> list[FileProblem]:
        faults = [
            FileProblem(locate(text, each), each.node or each.field, f"{each.where}：{each.message}")
            for each in list_problems(content)
        ]
        if content.kind != self.kind:
            told = f"这是“{content.kind}”的蓝图，现在编辑的是“{self.kind}”（{self.draft.label}）。"
            faults.append(FileProblem(1, "kind", told))
        return sorted(faults)

    def _show(self, **context: Any) -> HttpResponseBase:
        messages.error(self.request, "未导入：请查看标出的问题。")
        return self.render_to_response(self.get_context_data(**context))

    def _ask(self, text: str, content: Content) -> HttpResponseBase:
        groups = group_differences(list_differences(self.content, content))
        self.template_name = "blueprints/console/import_confirm.html"
        context = {"groups": groups, "text": text, "is_same": content == self.content, "back_url": self.link(FILES)}
        return self.render_to_response(self.get_context_data(**context))

    def _save(self, text: str, content: Content) -> HttpResponseBase:
        try:
            is_saved = self.save(lambda _: content)
        except DraftOutdated:
            messages.error(self.request, tell_outdated(self.draft))
            return self._ask(text, content)
        except (BlueprintRefused, EditRefused) as refusal:
            self.tell_refusal(refusal)
            return redirect(self.link(FILES))
        self.tell_saved("已导入到草稿。", is_saved=is_saved)
        return redirect(self.link(TREE))
