"""The bench of growth: how it compares and draws, and that what it copies is whole: pages with their own catalogue entries."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench import __main__ as bench_main
from bench.growth_databases import GrowthDatabases
from bench.growth_pictures import Pictures, draw_lines, list_charts
from bench.growth_series import Series
from bench.growth_sizes import Size, compare, describe, grow_per, split
from tests.factories import make_article

FEW, MANY = Size(10, 1000), Size(200, 1000)


@pytest.fixture
def series():
    """Two sizes, of which the larger one's home page takes half as long again."""
    turns = {"home": {FEW: [[10.0, 12.0, 11.0], [20.0, 22.0, 21.0]], MANY: [[16.5, 16.5, 90.0], [31.5, 31.5, 31.5]]}}
    memory = {FEW: {"worker": 100.0, "connections": 40.0}, MANY: {"worker": 110.0, "connections": 90.0}}
    filled = {FEW: SimpleNamespace(megabytes=100.0, seconds=1), MANY: SimpleNamespace(megabytes=1050.0, seconds=2)}
    return Series("sites", (FEW, MANY), turns, memory, filled)


def test_number_is_split_into_equal_shares_that_add_up():
    assert split(11, 4) == [3, 3, 3, 2]
    assert split(2, 4) == [1, 1, 0, 0]


def test_sizes_are_compared_pair_by_pair_so_that_noise_which_meets_both_counts_for_nothing():
    calm, disturbed = [10.0, 10.0, 10.0], [50.0, 50.0, 50.0]
    assert compare([calm, disturbed, calm], [calm, disturbed, calm]) == 1
    assert compare([[11.0], [55.0], [500.0]], [[10.0], [50.0], [10.0]]) == pytest.approx(1.1)


def test_latency_is_described_over_all_requests():
    assert describe([[1.0, 2.0], [3.0, 4.0, 5.0]]) == {"median_ms": 3.0, "p95_ms": 4.8}


def test_growth_of_the_database_is_told_for_each_one_more():
    assert grow_per({10: 100.0, 50: 7.0, 200: 1050.0}) == 5


def test_series_tells_ratio_of_its_ends_and_everything_by_size(series):
    assert series.ratios == {"home": 1.5}
    notes = series.notes
    assert notes["latency"]["home"]["10 sites, 1000 articles"] == {"median_ms": 16.0, "p95_ms": 21.75}
    assert notes["database_kb_per_site"] == 5000
    assert notes["memory_mb"]["200 sites, 1000 articles"]["connections"] == 90


def test_pictures_of_a_series_stand_in_every_folder_without_script(series, tmp_path):
    folders = [tmp_path / "bench", tmp_path / "docs"]
    for folder in folders:
        folder.mkdir()
    Pictures(*folders).draw(series)
    for folder in folders:
        assert sorted(each.name for each in folder.iterdir()) == [
            "growth-latency-sites.svg",
            "growth-memory-sites.svg",
            "growth-size-sites.svg",
        ]
    picture = (folders[0] / "growth-latency-sites.svg").read_text(encoding="utf-8")
    assert "<script" not in picture
    assert not re.search(r"(?:src|href)=\"https?:", picture)
    assert {"home", "200"} <= set(re.findall(r">([^<>]+)<", picture))


def test_charts_hold_one_value_a_size(series):
    title, lines = list_charts(series)["latency"]
    assert "ms" in title
    assert lines == {"home": [16.0, 31.5]}


def test_picture_begins_at_nought_so_that_growth_looks_as_large_as_it_is():
    picture = draw_lines("Latency", ["10", "200"], {"home": [50.0, 52.0]}).decode()
    assert re.search(r">0<", picture)


def test_larger_databases_are_copies_of_smaller_ones(monkeypatch):
    made: list[tuple[Size, Size | None]] = []

    def make(self, size):
        template = self._find_template(size)
        made.append((size, template.size if template else None))
        return SimpleNamespace(size=size)

    monkeypatch.setattr(GrowthDatabases, "_make", make)
    databases = GrowthDatabases(None, Path(), 10)
    for size in (Size(10, 1000), Size(50, 1000), Size(200, 1000), Size(10, 10_000)):
        databases.get(size)
    assert dict(made) == {
        Size(10, 0): None,
        Size(10, 1000): Size(10, 0),
        Size(50, 1000): Size(10, 1000),
        Size(200, 1000): Size(50, 1000),
        Size(10, 10_000): Size(10, 0),
    }


def test_pictures_for_the_docs_are_refused_to_other_areas(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bench", "search", "--docs"])
    with pytest.raises(SystemExit):
        bench_main._read_arguments()
    assert "growth alone" in capsys.readouterr().err


def test_copies_of_a_page_have_entries_and_parts_of_their_own(two_sites):
    from bench.bulk import multiply_page
    from bench.bulk_catalogue import multiply_entry
    from search.models import CatalogueEntry, CataloguePart
    from site_core.models import ArticlePage
    from tenants.current import enter_site

    for site in (two_sites.a, two_sites.b):
        make_article(site, "示例通知", slug="first")
    page = make_article(two_sites.a, "县区公告", text="公告正文。", slug="source")
    elsewhere = CatalogueEntry.objects.exclude(site_id=two_sites.a.pk).count()
    with enter_site(two_sites.a):
        ArticlePage.objects.filter(pk=page.pk).update(source_id="import-1")  # which no two pages have
        copies = multiply_page(page, 3, apart="1 day", is_tidied=False)
        multiply_entry(page.pk, copies)
        made = {each.pk: each for each in ArticlePage.objects.filter(pk__in=copies)}
        entries = list(CatalogueEntry.objects.filter(page_id__in=copies, site_id=two_sites.a.pk).order_by("page_id"))
    assert [entry.page_id for entry in entries] == list(copies) == sorted(made)
    source = CatalogueEntry.objects.get(site_id=two_sites.a.pk, page_id=page.pk)
    for entry in entries:
        own = made[entry.page_id]
        assert (entry.title, entry.published_at, entry.origin_key) == (own.title, own.public_at, own.origin_key)
        assert entry.url_path == source.url_path.replace("source", own.slug)
        assert entry.fold_key == f"origin:{own.origin_key}"
        assert entry.parts.count() == source.parts.count() == 1
    assert len({entry.version for entry in (source, *entries)}) == 4
    assert (page.public_at - made[copies[-1]].public_at).days == 3
    assert CatalogueEntry.objects.exclude(site_id=two_sites.a.pk).count() == elsewhere
    assert CataloguePart.objects.filter(entry__site_id=two_sites.a.pk, text__contains="公告正文").count() == 4


def test_copies_are_searched_for_like_any_page(two_sites, client_of):
    from bench.bulk import multiply_page
    from bench.bulk_catalogue import multiply_entry
    from tenants.current import enter_site

    page = make_article(two_sites.a, "寻人启事", slug="source")
    with enter_site(two_sites.a):
        copies = multiply_page(page, 2, is_tidied=False)
        multiply_entry(page.pk, copies)
    client = client_of(two_sites.a)
    text = client.get("/search/", {"q": "寻人启事2", "scope": "site"}).content.decode()
    assert "/tzgg/source-2/" in text
    assert client.get("/tzgg/source-2/").status_code == 200
