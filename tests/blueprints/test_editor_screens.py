"""The console's editor of blueprints: who gets in, what is saved, what is refused and where it is said."""

import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import LedgerEntry, Role
from blueprints.content import Node, to_dict
from blueprints.models import Blueprint, Release
from blueprints.releasing import ensure_release, release_draft, save_draft
from blueprints.section_forms import SectionForm
from blueprints.shipped import read_shipped
from blueprints.toml_files import read_blueprint, write_blueprint
from tests.blueprints.contents import GOOD
from tests.factories import make_central, make_member

ROOT = "/admin/console/blueprints/"
URL = f"{ROOT}county_bureau/"
READ = (
    ROOT,
    URL,
    f"{URL}columns/tzgg/",
    f"{URL}sections/",
    f"{URL}sections/column_lists/",
    f"{URL}look/",
    f"{URL}review/",
    f"{URL}review/three/",
    f"{URL}required/",
    f"{URL}releases/",
    f"{URL}releases/1/",
    f"{URL}releases/compare/",
    f"{URL}releases/compare/?from=1&to=draft",
    f"{URL}files/",
    f"{URL}files/download/",
    f"{URL}files/download/?release=1",
)
WRITE = (
    f"{URL}columns/-new/",
    f"{URL}columns/tzgg/delete/",
    f"{URL}sections/free/delete/",
    f"{URL}review/-new/",
    f"{URL}review/three/delete/",
    f"{URL}releases/1/restore/",
)
POST = (f"{URL}move/", f"{URL}files/import/")


@pytest.fixture
def draft(db) -> Blueprint:
    """The small good blueprint, released as the newest, and the draft says the same."""
    blueprint = Blueprint.objects.get(kind="county_bureau")
    save_draft("county_bureau", GOOD, version=blueprint.version, acting_user=None)
    release_draft("county_bureau", "小样", acting_user=None)
    return Blueprint.objects.get(kind="county_bureau")


@pytest.fixture
def admin(city, signed_in, draft):
    """A platform administrator, signed in on the city's site."""
    return signed_in(city, make_central("platform_admin", "blueprint-admin"))


def content():
    return Blueprint.objects.get(kind="county_bureau").content


def keys():
    return [node.key for node in content().nodes]


def version():
    return Blueprint.objects.get(kind="county_bureau").version


def post(client, path, **data):
    """Post with the version of the draft as it is, and follow; returns the page."""
    response = client.post(URL + path, {"version": version(), **data}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def errors_of(page: str) -> dict[str, str]:
    """What is said at each field, '' for the whole form."""
    parts = re.findall(r'data-contentpath="([^"]*)"(.*?)(?=data-contentpath="|</form>)', page, re.DOTALL)
    found = {
        name: " ".join(re.findall(r'class="error-message">\s*(.*?)\s*</p>', part, re.DOTALL)) for name, part in parts
    }
    found[""] = " ".join(re.findall(r'<li class="error">([^<]*)</li>', page))
    return {name: words for name, words in found.items() if words}


def node_data(of="tzgg", /, **values):
    """What the form of a column sends."""
    node = replace(content().find_node(of) or Node("", "", "", locks=()), **values)
    data = {name: value for name, value in vars(node).items() if not isinstance(value, bool)}
    return data | {"locks": list(node.locks)} | ({"show_in_menus": "on"} if node.show_in_menus else {})


# --- Who gets in ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", READ + WRITE + POST)
def test_screens_do_not_exist_on_other_sites_for_anybody(two_sites, client_of, signed_in, url):
    visitor = make_member(two_sites.a, "site_admin")
    visitor.platform_roles.create(role="platform_admin")
    for client in (client_of(two_sites.a), signed_in(two_sites.a, visitor)):
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404


@pytest.mark.parametrize("url", READ + WRITE + POST)
def test_members_of_the_citys_site_without_a_platform_role_find_nothing(city, signed_in, url):
    client = signed_in(city, make_member(city, "site_admin"))
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("role", Role.values)
def test_every_platform_role_reads(city, signed_in, draft, role):
    client = signed_in(city, make_central(role))
    assert {url: client.get(url).status_code for url in READ} == dict.fromkeys(READ, 200)
    assert f'href="{ROOT}"' in client.get("/admin/console/").content.decode()


@pytest.mark.parametrize(("role", "status"), [("platform_admin", 200), ("central_editor", 404), ("auditor", 404)])
def test_forms_are_for_administrators(city, signed_in, draft, role, status):
    client = signed_in(city, make_central(role))
    assert {url: client.get(url).status_code for url in WRITE} == dict.fromkeys(WRITE, status)


@pytest.mark.parametrize("role", ["central_editor", "auditor"])
def test_who_may_only_look_changes_nothing(city, signed_in, draft, role):
    client = signed_in(city, make_central(role))
    before = (version(), Release.objects.count())
    posts = {
        "move/": {"key": "tzgg", "move": "down"},
        "columns/tzgg/": node_data(title="别的"),
        "columns/tzgg/delete/": {},
        "sections/": {"action": "free"},
        "look/": {"theme": ""},
        "required/": {},
        "review/": {"default_workflow": "direct"},
        "releases/": {"note": "x"},
        "releases/1/restore/": {},
        "files/import/": {"text": write_blueprint(GOOD), "confirmed": "1"},
    }
    for path, data in posts.items():
        response = client.post(URL + path, data | {"version": version()})
        assert response.status_code in (302, 404), path
    assert (version(), Release.objects.count()) == before
    for url in READ:
        page = client.get(url).content.decode()
        assert "保存到草稿" not in page
        assert "data-grip" not in page


@pytest.mark.parametrize("path", ["columns/nowhere/", "sections/nothing/", "review/none/", "releases/99/"])
def test_what_is_not_there_is_not_found(admin, path):
    assert admin.get(URL + path).status_code == 404


def test_kind_that_there_is_not_is_not_found(admin):
    assert admin.get(f"{ROOT}town_hall/").status_code == 404


# --- The list ------------------------------------------------------------------------------------------------------------


def test_list_shows_six_kinds_and_what_is_not_released(admin):
    page = admin.get(ROOT).content.decode()
    for label in ("市司法局", "县（市、区）司法局", "司法所", "律师事务所", "公证处", "法律援助中心"):
        assert label in page
    post(admin, "columns/tzgg/", **node_data(title="通知与公告"))
    assert "1 处未发布" in admin.get(ROOT).content.decode()


def test_kind_whose_draft_nobody_saved_shows_what_is_shipped_and_can_be_saved(admin):
    Blueprint.objects.filter(kind="law_office").exclude(releases__isnull=False).delete()
    url = f"{ROOT}law_office/"
    assert admin.get(url).status_code == 200


# --- Columns -------------------------------------------------------------------------------------------------------------


def test_moves_by_buttons(admin):
    page = post(admin, "move/", key="lxwm", move="up")
    assert "已移动“联系我们”" in page
    assert keys() == ["tzgg", "lxwm", "pufa", "pufa_yasf"]
    post(admin, "move/", key="pufa_yasf", move="out")
    assert content().find_node("pufa_yasf").parent == ""
    post(admin, "move/", key="pufa_yasf", move="in")
    assert content().find_node("pufa_yasf").parent == "pufa"
    post(admin, "move/", key="tzgg", parent="pufa", position="0")
    assert keys() == ["lxwm", "pufa", "tzgg", "pufa_yasf"]
    assert LedgerEntry.objects.filter(chain="platform").latest("position").action == "blueprint.saved"


def test_move_by_script_gets_the_tree_back(admin):
    response = admin.post(
        f"{URL}move/",
        {"version": version(), "key": "pufa", "move": "up"},
        headers={"X-Blueprint-Move": "1"},
    )
    page = response.content.decode()
    assert 'data-outcome="saved"' in page
    assert "在“首页”之下，第 1 个，共 3 个" in page
    assert f'data-version="{version()}"' in page
    assert "<html" not in page


def test_move_that_cannot_be_says_why_and_shows_what_is_saved(admin):
    before = keys()
    page = post(admin, "move/", key="tzgg", move="up")
    assert "已经是同级的第一个" in page
    page = post(admin, "move/", key="pufa", parent="pufa_yasf", position="0")
    assert "不能移到自己之下" in page
    page = post(admin, "move/", key="pufa", parent="lxwm")
    assert "下不能放" in page  # a page of information holds no columns
    assert keys() == before


def test_move_in_an_outdated_draft_is_refused(admin):
    response = admin.post(f"{URL}move/", {"version": version() - 1, "key": "pufa", "move": "up"}, follow=True)
    assert "在您打开之后" in response.content.decode()
    assert keys()[0] == "tzgg"


def test_column_is_changed_and_unchanged_forms_save_nothing(admin):
    before = version()
    page = post(admin, "columns/tzgg/", **node_data())
    assert "没有改动" in page
    assert version() == before
    post(admin, "columns/tzgg/", **node_data(title="通知与公告", update_days=30, locks=("existence",)))
    node = content().find_node("tzgg")
    assert (node.title, node.update_days, node.locks) == ("通知与公告", 30, ("existence",))


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"slug": "Big Slug"}, "slug", "只能用小写字母"),
        ({"slug": "admin"}, "slug", "admin"),
        ({"slug": "pufa"}, "slug", "与同级的栏目 pufa（法治宣传）相同"),
        ({"page_type": "site_core.InfoPage", "parent": "lxwm"}, "parent", "下不能放"),
        ({"page_size": 1000}, "page_size", "100"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(admin, values, field, words):
    page = post(admin, "columns/tzgg/", **node_data(**values))
    assert words in errors_of(page)[field]
    assert str(next(iter(values.values()))) in page  # what was typed is kept
    assert content() == GOOD


def test_problem_elsewhere_is_named_at_the_head_of_the_form(admin):
    page = post(admin, "columns/pufa/", **node_data("pufa", page_type="site_core.InfoPage"))
    assert "栏目 pufa_yasf（以案释法）" in errors_of(page)[""]


def test_new_column_gets_its_key_from_parent_and_slug(admin):
    page = post(
        admin,
        "columns/-new/?parent=pufa",
        **node_data("", title="普法视频", slug="spin", parent="pufa", kind="工作动态"),
    )
    assert "已添加栏目“普法视频”" in page
    assert content().find_node("pufa_spin").title == "普法视频"
    assert keys()[-2:] == ["pufa_spin", "lxwm"]


def test_new_column_stands_behind_the_sibling_that_the_address_names(admin):
    assert 'name="after" value="tzgg"' in admin.get(f"{URL}columns/-new/?parent=&after=tzgg").content.decode()
    post(admin, "columns/-new/", **node_data("", title="新", slug="xin"), after="tzgg")
    assert keys()[:2] == ["tzgg", "xin"]


def test_new_column_with_a_key_that_is_taken_is_refused_at_the_key(admin):
    page = post(admin, "columns/-new/", **node_data("", title="新", slug="xin", key="pufa"))
    assert "已经有了" in errors_of(page)["key"]


def test_form_of_an_outdated_draft_keeps_what_was_typed(admin):
    old = version()
    post(admin, "columns/pufa/", **node_data("pufa", title="普法"))
    response = admin.post(f"{URL}columns/tzgg/", node_data(title="我写的名称") | {"version": old})
    page = response.content.decode()
    assert "在您打开之后" in errors_of(page)[""]
    assert "我写的名称" in page
    assert f'name="version" value="{version()}"' in page
    post(admin, "columns/tzgg/", **node_data(title="我写的名称"))
    assert [content().find_node(key).title for key in ("pufa", "tzgg")] == ["普法", "我写的名称"]


def test_removal_tells_what_happens_and_takes_children_only_when_told(admin):
    page = admin.get(f"{URL}columns/pufa/delete/").content.decode()
    assert "有内容的栏目不会被删除，只解除锁定" in page
    assert "以案释法（pufa_yasf）" in page
    assert "栏目列表" in page  # the section that names it
    assert "其下还有 1 个栏目" in post(admin, "columns/pufa/delete/")
    assert "栏目“pufa”不在蓝图中" in post(admin, "columns/pufa/delete/", children="1")
    assert "pufa" in keys()
    post(admin, "sections/column_lists/delete/")
    post(admin, "columns/pufa/delete/", children="1")
    assert keys() == ["tzgg", "lxwm"]


# --- Home page -----------------------------------------------------------------------------------------------------------


def test_sections_are_moved_required_fixed_added_and_removed(admin):
    post(admin, "sections/", action="up", key="free")
    assert [each.key for each in content().sections] == ["free", "column_lists"]
    post(admin, "sections/", action="optional", key="column_lists")
    assert not any(each.required for each in content().sections)
    post(admin, "sections/", action="fixed")
    assert content().sections_fixed
    post(admin, "sections/", action="add", key="notices")
    assert content().sections[-1].key == "notices"
    post(admin, "sections/notices/delete/")
    assert len(content().sections) == 2
    page = post(admin, "sections/", action="required", key="free")
    assert "自由内容" in page or "free" in page  # a required one must have a text
    assert not content().sections[0].required


def section_data(**values):
    base = "value-columns"
    rows = {f"{base}-0": "node:tzgg", f"{base}-0-ORDER": "1", f"{base}-1": "node:pufa", f"{base}-1-ORDER": "2"}
    return {**rows, "value-count": "5", "required": "on", **values}


def test_section_form_saved_as_it_is_changes_nothing(admin):
    before = version()
    assert "没有改动" in post(admin, "sections/column_lists/", **section_data())
    assert version() == before


def test_rows_of_a_section_are_ordered_removed_and_added(admin):
    changes = {"value-columns-0-ORDER": "9", "value-columns-2": "node:pufa_yasf", "value-columns-2-ORDER": "5"}
    post(admin, "sections/column_lists/", **section_data(**changes, **{"value-count": "7"}))
    assert content().sections[0].value == {"columns": ["node:pufa", "node:pufa_yasf", "node:tzgg"], "count": 7}
    post(admin, "sections/column_lists/", **section_data(**{"value-columns-0-REMOVE": "on"}))
    assert content().sections[0].value["columns"] == ["node:pufa"]


def test_what_the_block_refuses_is_said_at_the_field(admin):
    page = post(admin, "sections/column_lists/", **section_data(**{"value-count": "500"}))
    assert errors_of(page)["value-count"]
    assert content() == GOOD


def test_forms_of_shipped_sections_offer_what_they_name_and_saved_as_they_are_change_nothing(admin):
    shipped = read_shipped("county_bureau")
    post(admin, "files/import/", text=write_blueprint(shipped), confirmed="1")
    assert content() == shipped
    for section in shipped.sections:
        page = admin.get(f"{URL}sections/{section.key}/").content.decode()
        assert "（不在蓝图中）" not in page
        form = SectionForm(shipped, section)
        data = {name: form[name].value() for name in form.fields}
        sent = {name: "" if value is None else value for name, value in data.items() if value is not False}
        assert "没有改动" in post(admin, f"sections/{section.key}/", **sent), section.key


def test_every_section_of_the_registry_has_a_form(admin):
    from site_core.sections import list_section_keys

    for key in list_section_keys():
        if key not in ("column_lists", "free"):
            post(admin, "sections/", action="add", key=key)
        assert admin.get(f"{URL}sections/{key}/").status_code == 200


# --- Look, review, required fields ---------------------------------------------------------------------------------------


def test_look_keeps_palettes_of_the_chosen_theme_and_own_colours(admin):
    page = admin.get(f"{URL}look/").content.decode()
    assert 'class="swatch"' in page
    assert "#20456b" in page
    post(admin, "look/", theme="county", palettes=["county/songqing", "city/dailan"], colours="#4a4470，#842b3d")
    assert content().palettes == ("songqing", "c-4a4470", "c-842b3d")


def test_colour_with_too_little_contrast_is_refused_at_the_field(admin):
    page = post(admin, "look/", theme="county", colours="#ffee00")
    assert "对比度" in errors_of(page)["colours"]


def test_required_fields_are_chosen(admin):
    post(admin, "required/", identifiers=["icp_number", "police_number"], contacts=[])
    assert (content().identifiers, content().contacts) == (("icp_number", "police_number"), ())


def test_workflows_are_added_changed_and_removed_unless_they_are_used(admin):
    post(admin, "review/-new/", label="一级审核", key="one", step_1="reviewer_1")
    assert content().find_workflow("one").steps == ("reviewer_1",)
    post(admin, "review/one/", label="一审", step_1="reviewer_2", step_2="reviewer_3")
    assert content().find_workflow("one").steps == ("reviewer_2", "reviewer_3")
    page = post(admin, "review/one/", label="一审", step_1="reviewer_2", step_2="reviewer_2")
    assert "出现两次" in errors_of(page)["step_1"]
    assert "通知公告还在用这个流程" in post(admin, "review/three/delete/")
    post(admin, "review/one/delete/")
    assert content().find_workflow("one") is None
    post(admin, "review/", default_workflow="direct", roles=list(content().roles))
    assert content().default_workflow == "direct"


# --- Releases ------------------------------------------------------------------------------------------------------------


def test_release_shows_the_differences_wants_a_note_and_is_made(admin):
    latest = ensure_release("county_bureau").number
    assert "没有可发布的修改" in admin.get(f"{URL}releases/").content.decode()
    page = post(admin, "releases/", note="什么也没改")
    assert f"草稿与第 {latest} 版相同" in page
    post(admin, "columns/tzgg/", **node_data(title="通知与公告"))
    page = admin.get(f"{URL}releases/").content.decode()
    assert "改名称：‘通知公告’ → ‘通知与公告’" in page
    assert errors_of(post(admin, "releases/", note=" "))["note"]
    assert ensure_release("county_bureau").number == latest
    page = post(admin, "releases/", note="改了名称")
    assert f"已发布第 {latest + 1} 版" in page
    assert "签名有效" in page
    release = ensure_release("county_bureau")
    assert (release.note, release.released_by_name) == ("改了名称", str(release.released_by))


def test_release_of_a_draft_that_was_changed_after_it_was_looked_at_is_refused(admin):
    seen = version()
    post(admin, "columns/tzgg/", **node_data(title="通知与公告"))
    page = admin.post(f"{URL}releases/", {"version": seen, "note": "改了名称"}).content.decode()
    assert "在您查看之后又有修改" in errors_of(page)[""]
    assert "改了名称" in page


def test_earlier_release_comes_back_as_the_draft(admin):
    post(admin, "columns/tzgg/", **node_data(title="通知与公告"))
    latest = ensure_release("county_bureau").number
    page = admin.get(f"{URL}releases/{latest}/restore/").content.decode()
    assert "改名称：‘通知与公告’ → ‘通知公告’" in page
    post(admin, f"releases/{latest}/restore/")
    assert content() == GOOD


def test_release_that_was_tampered_with_is_told(admin):
    from django.db import connection

    release = ensure_release("county_bureau")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE blueprints_release DISABLE TRIGGER USER")
        cursor.execute("UPDATE blueprints_release SET note = 'x' WHERE id = %s", [release.pk])
    assert "签名不符" in admin.get(f"{URL}releases/").content.decode()


# --- Files ---------------------------------------------------------------------------------------------------------------


def test_draft_and_release_are_exported_as_they_are(admin):
    response = admin.get(f"{URL}files/download/")
    assert response.headers["Content-Disposition"] == f'attachment; filename="county_bureau-draft-{version()}.toml"'
    assert read_blueprint(response.content.decode()) == GOOD
    number = ensure_release("county_bureau").number
    response = admin.get(f"{URL}files/download/?release={number}")
    assert f"county_bureau-{number}.toml" in response.headers["Content-Disposition"]
    assert read_blueprint(response.content.decode()) == GOOD
    assert admin.get(f"{URL}files/download/?release=99").status_code == 404


def test_import_shows_the_differences_then_saves(admin):
    changed = replace(GOOD, nodes=(replace(GOOD.nodes[0], title="通知与公告"), *GOOD.nodes[1:]))
    file = SimpleUploadedFile("x.toml", write_blueprint(changed).encode())
    page = post(admin, "files/import/", file=file)
    assert "改名称：‘通知公告’ → ‘通知与公告’" in page
    assert content() == GOOD
    post(admin, "files/import/", text=write_blueprint(changed), confirmed="1")
    assert content() == changed


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('kind = "county_bureau"\nnodes = = 1\n', 2, "等号"),
        ('kind = "county_bureau"\nthem = "city"\n', 2, "是不是“theme”"),
        ('kind = "county_bureau"\n\n[[node]]\nkey = "a"\ntitle = "甲"\nslug = "A B"\n', 6, "只能用小写字母"),
        ('kind = "law_office"\n', 1, "现在编辑的是"),
    ],
)
def test_faults_of_a_file_are_told_by_line(admin, text, line, words):
    page = post(admin, "files/import/", text=text)
    assert f"第 {line} 行" in page
    assert words in page
    assert content() == GOOD


def test_files_that_are_none_are_refused(admin):
    assert "请选择文件" in errors_of(post(admin, "files/import/"))["file"]
    large = SimpleUploadedFile("x.toml", b"#" * 1_000_001)
    assert "不超过 1 MB" in errors_of(post(admin, "files/import/", file=large))["file"]
    foreign = SimpleUploadedFile("x.toml", "标题".encode("gb18030"))
    assert "不是 UTF-8" in errors_of(post(admin, "files/import/", file=foreign))["file"]


def test_draft_that_cannot_be_shows_its_problems_with_the_way_to_the_column(admin):
    broken = replace(GOOD, nodes=(replace(GOOD.nodes[0], page_type="site_core.GonePage"), *GOOD.nodes[1:]))
    Blueprint.objects.filter(kind="county_bureau").update(draft=to_dict(broken))
    page = admin.get(URL).content.decode()
    assert "草稿中的问题" in page
    assert f'href="{URL}columns/tzgg/">栏目 tzgg（通知公告）</a>' in page
    assert "个问题" in admin.get(ROOT).content.decode()
