"""Form of the data the cluster starts with: the roster and the sample articles. Blueprints: see `blueprints/test_shipped`.

Reads the TOML files only; what the commands do with them is tested elsewhere. No Django, no database.
"""

import re
import string
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from site_core.sampling.reader import read_rows

ROOT = Path(__file__).resolve().parents[1]
ROSTER = ROOT / "rosters" / "pingliang.toml"
BLUEPRINTS = ROOT / "blueprints" / "shipped"
SAMPLE = ROOT / "site_core" / "sample"

Row = dict[str, Any]

GOVERNMENT_KINDS = {"city_bureau", "county_bureau", "judicial_station", "legal_aid_centre"}
KINDS = sorted(GOVERNMENT_KINDS | {"law_office", "notary_office"})
HOST_SUFFIXES = {"law_office": ".lawfirm.localhost", "notary_office": ".notary.localhost"}
GOVERNMENT_HOST = "sfj.localhost"
COUNTIES = {
    "kongtong": "620802",
    "jingchuan": "620821",
    "lingtai": "620822",
    "chongxin": "620823",
    "huating": "620881",
    "zhuanglang": "620825",
    "jingning": "620826",
}
EXTRAS = {"interprets", "gallery", "quote", "provision"}
PICTURES = {"terraces", "hall", "bridge", "classroom", "mediation", "yaodong", "orchard", "none"}
PLACEHOLDERS = {"name", "short_name", "place"}
LEAST_ARTICLES = {
    "city_bureau": 26,
    "county_bureau": 18,
    "judicial_station": 6,
    "law_office": 6,
    "notary_office": 8,
    "legal_aid_centre": 8,
}
SITE_FIELDS = {
    "schema": str,
    "name": str,
    "short_name": str,
    "kind": str,
    "parent": str,
    "region_code": str,
    "place": str,
    "site_id_code": str,
    "icp": str,
    "police": str,
    "contact": dict,
    "state": str,
    "hosts": list,
}
ARTICLE_FIELDS = {
    "column": str,
    "title": str,
    "subtitle": str,
    "summary": str,
    "keywords": str,
    "source": str,
    "author": str,
    "responsible_editor": str,
    "days_ago": int,
    "body": str,
    "picture": str,
}


def rows(path: Path, table: str) -> list[Row]:
    """The rows of the array `[[table]]`; nothing else may stand at the top of the file."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(content) == {table}, path.name
    found: list[Row] = content[table]
    return found


def columns(kind: str) -> list[Row]:
    content = tomllib.loads((BLUEPRINTS / f"{kind}.toml").read_text(encoding="utf-8"))
    found: list[Row] = content["node"]
    return found


def articles(kind: str) -> list[Row]:
    return rows(SAMPLE / f"{kind}.toml", "article")


def keys(kind: str) -> set[str]:
    return {column["key"] for column in columns(kind)}


def menu_keys(kind: str) -> set[str]:
    """Columns that readers find in the menu, and that hold items themselves."""
    shown = [column for column in columns(kind) if column["show_in_menus"]]
    return {column["key"] for column in shown} - {column.get("parent", "") for column in shown}


def types_of(row: Row) -> dict[str, type]:
    return {key: type(value) for key, value in row.items()}


def repeated(values: list[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def filled(text: str) -> str:
    return text.format(name="平凉市司法局", short_name="市司法局", place="平凉市")


def is_below(host: str, parent_host: str) -> bool:
    return host.endswith(f".{parent_host}")


@pytest.fixture(scope="module")
def sites() -> list[Row]:
    return rows(ROSTER, "site")


@pytest.fixture(scope="module")
def by_schema(sites: list[Row]) -> dict[str, Row]:
    return {site["schema"]: site for site in sites}


# --- the roster -------------------------------------------------------------------------------------------


def test_site_has_every_field_of_the_form(sites: list[Row]) -> None:
    for site in sites:
        assert types_of(site) == SITE_FIELDS, site["schema"]
        assert set(site["contact"]) == {"unit", "address", "phone", "email"}, site["schema"]
        assert all([site["name"], site["short_name"], site["place"], site["hosts"]]), site["schema"]


def test_roster_counts_each_kind_of_site(sites: list[Row]) -> None:
    counts = Counter(site["kind"] for site in sites)
    assert set(counts) == set(KINDS)
    assert counts["city_bureau"] == 1
    assert counts["county_bureau"] == 7
    assert counts["notary_office"] == counts["legal_aid_centre"] == 8
    assert counts["judicial_station"] >= 8
    assert counts["law_office"] == 2
    assert len(sites) >= 32


def test_county_bureaus_are_the_seven_with_their_region_codes(sites: list[Row]) -> None:
    bureaus = {site["schema"]: site["region_code"] for site in sites if site["kind"] == "county_bureau"}
    assert bureaus == COUNTIES


def test_schema_is_a_plain_unique_name(sites: list[Row]) -> None:
    schemas = [site["schema"] for site in sites]
    assert repeated(schemas) == []
    assert [schema for schema in schemas if not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", schema)] == []
    assert not {"public", "golden"} & set(schemas)


def test_names_are_not_repeated(sites: list[Row]) -> None:
    assert repeated([site["name"] for site in sites]) == []
    assert repeated([site["short_name"] for site in sites]) == []


def test_parent_stands_above_its_children(sites: list[Row]) -> None:
    seen: set[str] = set()
    for site in sites:
        is_top = site["kind"] == "city_bureau"
        assert (site["parent"] == "") == is_top, site["schema"]
        assert is_top or site["parent"] in seen, site["schema"]
        seen.add(site["schema"])


def test_station_belongs_to_a_county_bureau(sites: list[Row], by_schema: dict[str, Row]) -> None:
    for site in sites:
        if site["kind"] == "judicial_station":
            assert by_schema[site["parent"]]["kind"] == "county_bureau", site["schema"]


def test_region_code_is_six_digits_of_the_site_or_its_parent(sites: list[Row], by_schema: dict[str, Row]) -> None:
    for site in sites:
        assert re.fullmatch(r"6208\d{2}", site["region_code"]), site["schema"]
        if site["kind"] != "county_bureau" and site["parent"]:
            assert site["region_code"] == by_schema[site["parent"]]["region_code"], site["schema"]


def test_hosts_are_unique_names_under_localhost(sites: list[Row]) -> None:
    hosts = [host for site in sites for host in site["hosts"]]
    assert repeated(hosts) == []
    assert [host for host in hosts if not re.fullmatch(r"([a-z][a-z0-9-]*\.)+localhost", host)] == []


def test_government_site_has_its_host_below_its_parent(sites: list[Row], by_schema: dict[str, Row]) -> None:
    for site in sites:
        if site["kind"] not in GOVERNMENT_KINDS:
            continue
        for host in site["hosts"]:
            above = by_schema[site["parent"]]["hosts"][0] if site["parent"] else None
            assert is_below(host, above) if above else host == GOVERNMENT_HOST, host


@pytest.mark.parametrize(("kind", "suffix"), HOST_SUFFIXES.items())
def test_private_or_notary_host_is_outside_the_government_name(sites: list[Row], kind: str, suffix: str) -> None:
    hosts = [host for site in sites if site["kind"] == kind for host in site["hosts"]]
    assert [host for host in hosts if not host.endswith(suffix)] == []


def test_site_identifier_is_carried_by_government_sites_only(sites: list[Row]) -> None:
    for site in sites:
        expected = r"6208\d{6}" if site["kind"] in GOVERNMENT_KINDS else ""
        assert re.fullmatch(expected, site["site_id_code"]), site["schema"]


def test_contact_and_records_are_plain_samples(sites: list[Row]) -> None:
    for site in sites:
        contact = site["contact"]
        assert contact["unit"] == site["name"]
        assert re.fullmatch(r"0933-0000\d{3}", contact["phone"]), site["schema"]
        assert contact["email"].endswith("@example.invalid"), site["schema"]
        assert "示例" in contact["address"], site["schema"]
        assert all("示例" in site[field] for field in ("icp", "police") if site[field]), site["schema"]


def test_roster_says_at_its_top_that_numbers_are_samples() -> None:
    top = ROSTER.read_text(encoding="utf-8").partition("[[site]]")[0]
    assert "0933-0000xxx" in top
    assert "site_id_code" in top
    assert "示例" in top


def test_law_office_name_ends_with_the_mark(sites: list[Row]) -> None:
    names = [site["name"] for site in sites if site["kind"] == "law_office"]
    assert [name for name in names if not name.endswith("（示例）")] == []


def test_one_station_and_one_notary_office_are_on_trial(sites: list[Row]) -> None:
    assert {site["state"] for site in sites} == {"live", "trial"}
    on_trial = sorted(site["kind"] for site in sites if site["state"] == "trial")
    assert on_trial == ["judicial_station", "notary_office"]


# --- sample articles --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_article_has_every_field_of_the_form(kind: str) -> None:
    for article in articles(kind):
        assert {name: kind for name, kind in types_of(article).items() if name not in EXTRAS} == ARTICLE_FIELDS
        assert all([article["title"], article["summary"], article["source"]]), article["title"]
        assert article["picture"] in PICTURES, article["title"]
        assert 0 <= article["days_ago"] <= 90, article["title"]


@pytest.mark.parametrize("kind", KINDS)
def test_article_names_a_column_of_its_kind(kind: str) -> None:
    assert {article["column"] for article in articles(kind)} <= keys(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_no_column_of_the_menu_is_empty(kind: str) -> None:
    assert menu_keys(kind) - {row.values["column"] for row in read_rows(kind)} == set()


@pytest.mark.parametrize(("kind", "least"), LEAST_ARTICLES.items())
def test_kind_has_enough_articles_with_unlike_titles(kind: str, least: int) -> None:
    titles = [article["title"] for article in articles(kind)]
    assert len(titles) >= least
    assert repeated(titles) == []


@pytest.mark.parametrize("column", ["tzgg", "gzdt", "zcwj", "pufa", "ggflfw"])
def test_main_column_of_the_city_has_several_articles(column: str) -> None:
    assert sum(row.values["column"] == column for row in read_rows("city_bureau")) >= 3


@pytest.mark.parametrize("kind", KINDS)
def test_article_is_marked_as_a_sample_in_title_and_body(kind: str) -> None:
    for article in articles(kind):
        assert article["title"].endswith(("（示例）", "（示例文本）")), article["title"]
        assert "示例" in article["body"], article["title"]


@pytest.mark.parametrize("kind", KINDS)
def test_article_uses_known_placeholders_only(kind: str) -> None:
    for article in articles(kind):
        for field in ("title", "subtitle", "summary", "keywords", "source", "body"):
            names = {name for _, name, _, _ in string.Formatter().parse(article[field]) if name is not None}
            assert names <= PLACEHOLDERS, article["title"]
            assert not re.search(r"[{}]", filled(article[field])), article["title"]


@pytest.mark.parametrize("kind", KINDS)
def test_body_has_at_least_three_blocks_and_a_clean_start(kind: str) -> None:
    for article in articles(kind):
        blocks = article["body"].strip().split("\n\n")
        assert sum(not block.startswith("#") for block in blocks) >= 3, article["title"]
        assert not blocks[0].startswith(("#", "|", "-")), article["title"]
        assert not re.search(r"^# ", article["body"], re.MULTILINE), article["title"]


@pytest.mark.parametrize("kind", KINDS)
def test_table_rows_have_as_many_cells_as_their_head(kind: str) -> None:
    for article in articles(kind):
        for block in article["body"].split("\n\n"):
            lines = [line for line in block.strip().splitlines() if line.startswith("|")]
            assert len({line.count("|") for line in lines}) <= 1, article["title"]


@pytest.mark.parametrize("kind", KINDS)
def test_bold_words_do_not_end_with_punctuation(kind: str) -> None:
    # CommonMark leaves `**甲。**乙` as it stands: no closing mark between punctuation and a word.
    for article in articles(kind):
        bold = re.findall(r"\*\*(.+?)\*\*", article["body"])
        assert [words for words in bold if not words[-1].isalnum()] == [], article["title"]


@pytest.mark.parametrize("kind", KINDS)
def test_samples_have_headings_lists_and_a_table(kind: str) -> None:
    bodies = "\n".join(article["body"] for article in articles(kind))
    for form in (r"^## ", r"^- ", r"^1\. ", r"^\| --- "):
        assert re.search(form, bodies, re.MULTILINE), form


@pytest.mark.parametrize("kind", KINDS)
def test_newest_article_is_within_the_update_interval_of_its_column(kind: str) -> None:
    for column in columns(kind):
        ages = [article["days_ago"] for article in articles(kind) if article["column"] == column["key"]]
        if column["update_days"] and ages:
            assert min(ages) <= column["update_days"], column["key"]


@pytest.mark.parametrize("kind", KINDS)
def test_ages_are_spread_so_that_the_site_looks_alive(kind: str) -> None:
    ages = [article["days_ago"] for article in articles(kind)]
    assert min(ages) <= 5
    assert max(ages) >= 60
    assert len(set(ages)) >= 0.8 * len(ages)


@pytest.mark.parametrize("kind", KINDS)
def test_several_articles_have_a_cover(kind: str) -> None:
    assert len({article["picture"] for article in articles(kind)} - {"none"}) >= 3


def test_sample_regulation_has_chapters_and_consecutive_articles() -> None:
    bodies = [article["body"] for article in articles("city_bureau") if article["column"] == "flfg"]
    law = max(bodies, key=len)
    numbers = re.findall(r"^第([一二三四五六七八九十]+)条　", law, re.MULTILINE)
    ones = "一二三四五六七八九"
    counting = [*ones, "十", *(f"十{n}" for n in ones), "二十", *(f"二十{n}" for n in ones)]
    assert len(numbers) >= 12
    assert numbers == counting[: len(numbers)]
    assert len(re.findall(r"^## 第[一二三四五]章 ", law, re.MULTILINE)) >= 3


def test_sample_regulation_says_that_it_is_no_law() -> None:
    laws = [a for kind in KINDS for a in articles(kind) if a["title"].endswith("（示例文本）")]
    assert len(laws) >= 2
    for law in laws:
        assert "没有法律效力" in law["body"].strip().splitlines()[0], law["title"]


# --- documents, people, guides and topics ---------------------------------------------------------------------------

OTHER_TABLES = {"document", "person", "guide", "topic"}
# An identity card, a mobile number, or a landline that is not of the roster's samples.
REAL_NUMBER = re.compile(r"\d{17}[\dX]|1[3-9]\d{9}|0933-(?!0000)\d+")
PAGES = sorted((SAMPLE / "pages").glob("*.toml"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_page_is_marked_as_a_sample_and_no_number_looks_real(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    data = tomllib.loads(text)
    assert set(data) <= OTHER_TABLES
    assert not REAL_NUMBER.findall(text)
    for row in [row for table in data.values() for row in table]:
        name = row.get("title") or row["name"]
        assert "示例" in name, name
    for topic in data.get("topic", ()):
        assert all("示例" in title and "示例" in text for title, text, _ in topic["articles"])


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_stands_in_a_column_of_its_kind(kind: str) -> None:
    found = read_rows(kind)
    assert {row.values["column"] for row in found} <= keys(kind)
    assert repeated([row.key for row in found]) == []


def test_bureaus_show_every_page_type() -> None:
    for kind in ("city_bureau", "county_bureau"):
        assert {row.table for row in read_rows(kind)} == OTHER_TABLES | {"article"}


@pytest.mark.parametrize("kind", KINDS)
def test_guides_name_all_key_elements(kind: str) -> None:
    for row in read_rows(kind):
        if row.table == "guide":
            needed = ("title", "basis", "conditions", "materials", "place", "hours", "telephone", "steps")
            assert all(row.values[name] for name in needed), row.key


def test_documents_are_published_after_those_they_replace() -> None:
    seen: set[str] = set()
    for row in read_rows("city_bureau"):
        assert row.values.get("replaces", "") in seen | {""}
        seen.add(row.values.get("key", ""))
