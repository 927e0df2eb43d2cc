"""The analyser: one form for what is written in many, terms, numbers, other words for it, corrections, marks."""

import html
import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis.folding import clean, fold, squeeze, to_key, to_short_key
from search.analysis.numbers import find_numbers, find_spans
from search.analysis.pinyin import spell, spell_both, spell_initials
from search.analysis.terms import list_runs, list_terms, list_title_terms, terms_of_word, to_vector, to_weighted_vector
from search.analysis.understanding import LONGEST_QUERY, read_text, understand
from search.analysis.vocabulary import get_vocabulary, read_fillers, split_words, strip_particles
from search.catalogue_words import refresh, touch_vocabulary
from search.highlighting import highlight, make_snippet
from search.models import Abbreviation, CatalogueEntry, CatalogueWord, Direction, JudicialWord, Synonym
from search.shipped_words import load_shipped_words
from tests.factories import make_article

TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=80)
CHINESE = st.text(alphabet="法律援助公证湿地條例ＡＢａｂ12〔〕第号令的怎么办，。 \u3000", max_size=60)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


# --- Folding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("公證處", "公证处"), ("ＡＢＣ１２", "abc12"),
        ("AbC", "abc"), ("法律　援助", "法律 援助"), ("〔２０２６〕", "〔2026〕"),
        ("，：（）", ",:()"), ("臺灣", "台湾"), ("𠮷野", "𠮷野"), ("ß", "ß"), ("①", "1"),
    ],
)  # fmt: skip
def test_fold(text, folded):
    assert fold(text) == folded


@quick
@given(TEXTS | CHINESE)
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@quick
@given(TEXTS | CHINESE)
def test_folding_keeps_the_length_of_what_is_stored(text):
    stored = clean(text)
    assert len(fold(stored)) == len(stored)


@quick
@given(st.text(max_size=60))
def test_what_is_cleaned_can_be_stored(text):
    assert clean(clean(text)) == clean(text)
    assert "\x00" not in clean(text)
    clean(text).encode()


def test_cleaning_keeps_line_breaks_and_squeezing_does_not():
    assert clean("一\n二\t三\x00\x1b") == "一\n二三" or clean("一\n二\t三\x00\x1b") == "一\n二\t三"
    assert squeeze(" 一 \n\n 二\u3000三 ") == "一 二 三"


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("中华人民共和国刑法", "刑法"), ("中华人民共和国刑法（2020修正）", "刑法"), ("湿地保护条例（2023年修订）", "湿地保护条例"),
        ("人民调解法", "人民调解法"), ("湿地办法(试行)", "湿地办法"), ("中华人民共和国", "中华人民共和国"), ("2020年", "2020年"), ("", ""),
    ],
)  # fmt: skip
def test_short_key_is_the_name_as_people_shorten_it(title, key):
    assert to_short_key(title) == key


@quick
@given(st.text(max_size=400))
def test_keys_fit_their_columns(text):
    assert len(to_key(text)) <= 255
    assert len(to_short_key(text)) <= 255


@quick
@given(st.text(max_size=600))
def test_a_query_is_read_short_and_clean(text):
    read = read_text(text)
    assert len(read) <= LONGEST_QUERY
    assert read == read_text(read)
    read.encode()


# --- Numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("法释〔2020〕17号", "法释2020-17"), ("法释[2020]17", "法释2020-17"), ("法释（2020）17号", "法释2020-17"),
        ("法釋【2020】第17號", "法释2020-17"), ("法释2020-17", "法释2020-17"), ("法释〔2020〕017号", "法释2020-17"),
        ("中华人民共和国国务院令第385号", "国务院令385"), ("国令385号", "国务院令385"), ("国务院第385号令", "国务院令385"),
        ("司法部令第一百三十四号", "司法部令134"), ("主席令第93号", "主席令93"),
    ],
)  # fmt: skip
def test_numbers_have_one_form(text, form):
    assert find_numbers(text)[0] == form


@pytest.mark.parametrize(
    "text", ["", "2020年17号楼", "电话 0933-8212348", "第385号公告", "2020-17", "法院2020年工作", "〔2020〕号"]
)
def test_what_is_no_number_is_none(text):
    assert find_numbers(text) == []


def test_every_ending_of_the_organ_is_a_form_since_words_may_stand_before_it():
    assert {"平司发2026-18", "司发2026-18"} <= set(find_numbers("请学习平司发〔2026〕18号"))


@quick
@given(CHINESE)
def test_spans_of_numbers_lie_in_the_text_and_do_not_overlap(text):
    spans = find_spans(text)
    assert all(0 <= start < end <= len(fold(text)) for start, end, _ in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


# --- Terms -------------------------------------------------------------------------------------------------------------


@quick
@given(TEXTS | CHINESE)
def test_every_pair_of_a_run_is_a_term_and_no_term_is_more_than_that(text):
    terms = list_terms(text)
    for run in list_runs(fold(text)):
        if run[0] <= "z":
            assert run[:40] in terms
        else:
            assert {run[place : place + 2] for place in range(max(1, len(run) - 1))} <= terms


@quick
@given(CHINESE, st.integers(0, 50), st.integers(2, 12))
def test_whatever_is_cut_out_of_a_run_is_found_by_its_terms(text, start, length):
    for run in list_runs(fold(text)):
        piece = run[start : start + length]
        if len(piece) > 1 and run[0] > "z":
            assert set(terms_of_word(piece)) <= list_terms(text)


def test_a_title_is_found_by_each_of_its_characters_a_text_is_not():
    assert "税" in list_title_terms("个税汇算")
    assert "税" not in list_terms("个税汇算")


@pytest.mark.parametrize("word", ["", "？！", "——", " "])
def test_a_word_without_letters_has_no_terms(word):
    assert terms_of_word(word) == ()


@pytest.mark.django_db
@quick
@given(
    st.sets(
        st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20), max_size=8
    )
)
def test_vectors_are_what_postgresql_reads(terms):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(%s::tsvector)", [to_vector(terms)])
        assert set(cursor.fetchone()[0]) == terms


def test_a_term_keeps_its_highest_weight():
    assert to_weighted_vector({"A": {"湿地"}, "D": {"湿地"}}) == "'湿地':1A"


@pytest.mark.parametrize(
    ("text", "sound", "initials"),
    [("法律援助", "falvyuanzhu", "flyz"), ("12348热线", "12348rexian", "12348rx"), ("", "", "")],
)
def test_spelling(text, sound, initials):
    assert spell(text) == sound
    assert spell_both(text) == (sound, initials)
    assert spell_initials(text) == initials


# --- The word lists ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_at_least_four_hundred_synonyms_are_shipped():
    load_shipped_words()
    pairs = sum(
        len(split_words(words)) * len(split_words(terms))
        for words, terms in Synonym.objects.values_list("words", "terms")
    )
    assert pairs >= 400
    assert Abbreviation.objects.count() >= 100


@pytest.mark.django_db
def test_loading_twice_adds_nothing_and_leaves_alone_what_the_centre_changed():
    assert load_shipped_words() > 0
    Synonym.objects.update(is_active=False)
    version = get_vocabulary().version

    assert load_shipped_words() == 0
    assert not Synonym.objects.filter(is_active=True).exists()
    assert get_vocabulary().version == version


def words_of(query):
    return [each.text for group in understand(query).groups for each in group.alternatives]


@pytest.mark.django_db
def test_synonyms_lead_one_way_or_both():
    Synonym.objects.create(words="讨薪、要工钱", terms="拖欠劳动报酬", direction=Direction.ONE)
    Synonym.objects.create(words="打架", terms="殴打", direction=Direction.BOTH)
    touch_vocabulary()

    assert "拖欠劳动报酬" in words_of("讨薪")
    assert "拖欠劳动报酬" in words_of("要工钱")
    assert "讨薪" not in words_of("拖欠劳动报酬")
    assert "殴打" in words_of("打架")
    assert "打架" in words_of("殴打")


@pytest.mark.django_db
def test_a_change_of_the_word_lists_holds_at_once():
    assert "殴打" not in words_of("打架")
    Synonym.objects.create(words="打架", terms="殴打")
    touch_vocabulary()
    assert "殴打" in words_of("打架")
    Synonym.objects.all().delete()
    touch_vocabulary()
    assert "殴打" not in words_of("打架")


@pytest.mark.django_db
def test_abbreviation_brings_the_full_name():
    Abbreviation.objects.create(short="湿保法", full="中华人民共和国湿地保护法")
    touch_vocabulary()

    assert "湿地保护法" in words_of("湿保法")
    assert "湿地保护法" in understand("湿保法").titles


@pytest.mark.django_db
def test_a_word_of_our_own_is_kept_whole():
    JudicialWord.objects.create(word="湿地碳汇")
    touch_vocabulary()

    assert words_of("湿地碳汇") == ["湿地碳汇"]


@pytest.mark.parametrize(
    "query", ["公证怎么办", "怎么办公证", "请问如何办理公证呢", "公证", "办公证要什么手续", "公证需要多少钱？"]
)
def test_fillers_are_left_out(words, query):
    load_shipped_words()

    needed = [{each.text for each in group.alternatives} for group in understand(query).groups if group.is_needed]

    assert "公证" in needed[0] | needed[-1]
    assert "理" not in words_of(query)


def test_fillers_are_no_words_of_law():
    assert not {"公证", "律师", "法律", "还款", "执法"} & read_fillers()


def test_particles_go_only_where_they_are_words():
    assert strip_particles("被别人的狗咬了") == "狗咬"
    assert strip_particles("目的地") == "目的地"


@pytest.mark.django_db
@quick
@given(TEXTS | CHINESE)
def test_any_query_is_understood(text):
    query = understand(read_text(text))
    assert len(query.groups) <= 60
    assert all(any(each.terms for each in group.alternatives) for group in query.groups)
    assert all(term == fold(term) for group in query.groups for each in group.alternatives for term in each.terms)


# --- Corrections -------------------------------------------------------------------------------------------------------


@pytest.fixture
def words(two_sites):
    """Words of the catalogue: 法律援助 and 公证 in several entries."""
    CatalogueEntry.objects.all().delete()
    for title in ("法律援助中心", "法律援助条件", "公证处地址", "公证收费"):
        make_article(two_sites.a, title, text="法律援助和公证。")
    refresh()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("法律元助", "法律援助"),
        ("法律援组", "法律援助"),
        ("法援律助", "法律援助"),
        ("法律援助", ""),
        ("公证", ""),
        ("候鸟", ""),
    ],
)
def test_correction_comes_from_sound_and_shape(words, typed, meant):
    assert understand(typed).correction == meant


def test_corrections_are_words_of_the_catalogue_alone(words):
    assert understand("法律元助").correction == "法律援助"
    CatalogueEntry.objects.all().delete()
    refresh()
    assert understand("法律元助").correction == ""


def test_words_of_a_single_entry_are_no_vocabulary_but_names_are(words, two_sites):
    make_article(two_sites.a, "张三丰受表彰", text="候鸟迁徙。")
    refresh()

    assert not CatalogueWord.objects.filter(word="候鸟").exists()
    assert CatalogueWord.objects.get(word="法律援助").entries >= 2


def test_refreshing_twice_leaves_the_same_words(words):
    before = set(CatalogueWord.objects.values_list("word", "entries"))
    refresh()
    assert set(CatalogueWord.objects.values_list("word", "entries")) == before


def test_numbers_and_phrases_are_not_corrected(words):
    assert understand("“法律元助”").correction == ""
    assert understand("法释〔2020〕17号 法律元助").correction == ""


# --- Marks -------------------------------------------------------------------------------------------------------------


def without_marks(marked):
    return html.unescape(re.sub("</?mark>", "", marked))


@quick
@given(TEXTS | CHINESE, st.lists(CHINESE.map(fold).filter(lambda word: len(word) > 1), max_size=4))
def test_marks_change_nothing_of_the_text(text, marks):
    assert without_marks(highlight(text, marks)) == text


@quick
@given(st.text(alphabet="<>&\"'mark/=公证 ", max_size=60))
def test_markup_in_a_text_is_text(text):
    marked = highlight(text, ["<&", "公证", "mark", "<", '"'])
    assert not re.search(r"<(?!/?mark>)", marked)
    assert without_marks(marked) == text


@quick
@given(CHINESE, st.lists(st.sampled_from(["公证", "法律援助", "ab"]), max_size=3))
def test_marks_are_closed_and_not_nested(text, marks):
    pieces = re.findall("</?mark>", make_snippet(text, marks, 20))
    assert pieces == ["<mark>", "</mark>"] * (len(pieces) // 2)


@quick
@given(CHINESE, CHINESE, st.integers(60, 120))
def test_a_snippet_is_a_stretch_of_the_text(before, after, length):
    text = f"{before}候鸟迁徙{after}"
    snippet = make_snippet(text, ["候鸟迁徙"], length)
    plain = without_marks(snippet)
    assert len(plain) <= length + 2
    assert plain.strip("…") in squeeze(text).strip() or plain.strip("…").strip() in re.sub(r"\s+", " ", text)
    assert "<mark>候鸟迁徙</mark>" in snippet


def test_longer_marks_win_over_those_inside_them():
    assert highlight("法律援助", ["法律援助", "法律"]) == "<mark>法律援助</mark>"
