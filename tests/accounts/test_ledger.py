"""The ledger itself: order, append-only, what verification finds, two writers at once, the command."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.ledger import PLATFORM_CHAIN, _verify_chain, is_append_only, record, verify_ledger
from accounts.ledger_labels import describe_detail, label_action, register_action_labels
from accounts.ledger_selectors import find_faults, get_page, list_chains, list_entries
from accounts.models import LedgerEntry, LedgerHead
from tenants.current import enter_site
from tenants.models import Organisation

TABLE = "public.accounts_ledgerentry"


@pytest.fixture
def chain(two_sites):
    """崆峒区's chain, with five entries more than it had."""
    with enter_site(two_sites.a):
        for number in range(5):
            record("page.published", detail={"number": number})
    return "kongtong"


def execute_unprotected(statement, *params):
    """What only the owner of the table can do, by taking the protection away first."""
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT UPDATE, DELETE ON {TABLE} TO CURRENT_USER")
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER accounts_ledgerentry_append_only")
        cursor.execute(statement, params)
        assert cursor.rowcount == 1
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER accounts_ledgerentry_append_only")


def problems_of(chain):
    return [(fault.position, fault.problem) for fault in find_faults(chain)]


def last_position(chain):
    return LedgerHead.objects.get(pk=chain).position


def test_entry_goes_to_the_chain_of_the_current_site_or_the_platform(two_sites):
    with enter_site(two_sites.b):
        assert record("page.published").chain == "jingning"
        assert record("page.published", chain=PLATFORM_CHAIN).chain == PLATFORM_CHAIN
    assert record("account.created").chain == PLATFORM_CHAIN


def test_entries_are_linked_without_gaps(chain):
    entries = list(LedgerEntry.objects.filter(chain=chain).order_by("position"))
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.previous_hash for entry in entries] == ["", *(entry.hash for entry in entries[:-1])]


def test_chain_is_sound_as_written(chain):
    assert problems_of(chain) == []


def test_record_rolls_back_with_its_cause(chain):
    before = last_position(chain)
    with transaction.atomic():
        record("page.published", chain=chain)
        transaction.set_rollback(True)
    assert last_position(chain) == before
    assert problems_of(chain) == []


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET actor_name = 'x'",
        f"UPDATE {TABLE} SET actor_name = 'x' WHERE false",
        f"DELETE FROM {TABLE} WHERE position = 1",
        f"TRUNCATE {TABLE}",
        f"SET session_replication_role = replica; DELETE FROM {TABLE}",
    ],
)
def test_database_refuses_changes(chain, statement):
    refusal = pytest.raises(DatabaseError, match=r"append-only|permission denied")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_protection_is_known_to_be_there_and_to_be_gone(chain):
    assert is_append_only()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER accounts_ledgerentry_append_only")
    assert not is_append_only()


@pytest.mark.parametrize(
    "change",
    [
        "actor_name = 'somebody else'",
        "at = at + interval '1 second'",
        "detail = '{\"number\": 7}'",
        "action = 'page.deleted'",
        "object_name = 'another'",
        "address = '192.0.2.1'",
    ],
)
def test_changed_entry_is_found(chain, change):
    position = last_position(chain) - 2
    execute_unprotected(f"UPDATE {TABLE} SET {change} WHERE chain = %s AND position = %s", chain, position)
    assert problems_of(chain) == [(position, "内容与校验值不符")]


def test_changed_entry_with_a_hash_to_fit_breaks_the_link_to_the_next(chain):
    position = last_position(chain) - 2
    execute_unprotected(
        f"UPDATE {TABLE} SET hash = repeat('0', 64) WHERE chain = %s AND position = %s", chain, position
    )
    assert (position + 1, "与上一条的校验值不衔接") in problems_of(chain)


def test_removed_entry_is_found(chain):
    position = last_position(chain) - 2
    execute_unprotected(f"DELETE FROM {TABLE} WHERE chain = %s AND position = %s", chain, position)
    assert [problem for _, problem in problems_of(chain)] == [f"第 {position} 至 {position} 条缺失"]


def test_cut_off_end_is_found(chain):
    execute_unprotected(f"DELETE FROM {TABLE} WHERE chain = %s AND position = %s", chain, last_position(chain))
    assert len(problems_of(chain)) == 1
    assert "末尾" in problems_of(chain)[0][1]


def test_chain_that_lost_its_head_is_found(chain):
    LedgerHead.objects.filter(pk=chain).delete()
    assert chain in list_chains()
    assert "末尾" in problems_of(chain)[0][1]


def test_chain_of_an_organisation_that_is_gone_altogether_is_missed(two_sites):
    organisation = Organisation.objects.create(schema_name="gone", name="某所", short_name="某所", kind="law_office")
    assert organisation.schema_name in list_chains()
    assert find_faults("gone")


def test_other_chains_stay_sound_when_one_is_not(chain):
    position = last_position(chain)
    execute_unprotected(f"UPDATE {TABLE} SET action = 'x' WHERE chain = %s AND position = %s", chain, position)
    assert {fault.chain for fault in verify_ledger()} == {chain}


def test_faults_are_listed_up_to_the_limit(chain):
    for back in (4, 2, 0):
        position = last_position(chain) - back
        execute_unprotected(f"UPDATE {TABLE} SET action = 'x' WHERE chain = %s AND position = %s", chain, position)
    assert len(find_faults(chain)) == 3
    assert len(find_faults(chain, limit=2)) == 2


def test_verification_leaves_one_where_one_was(two_sites, chain):
    with enter_site(two_sites.b):
        find_faults(chain, limit=1)
        assert connection.schema_name == "jingning"


def test_pages_go_back_and_forth_without_counting(chain, django_assert_num_queries):
    entries, newest = list_entries(chain), last_position(chain)
    with django_assert_num_queries(1):
        first = get_page(entries, by="position", size=2)
    assert [entry.position for entry in first.entries] == [newest, newest - 1]
    assert (first.newer, first.older) == (None, newest - 1)
    second = get_page(entries, by="position", before=first.older, size=2)
    assert [entry.position for entry in second.entries] == [newest - 2, newest - 3]
    third = get_page(entries, by="position", before=second.older, size=2)
    back = get_page(entries, by="position", after=third.newer, size=2)
    assert back.entries == second.entries
    assert get_page(entries, by="position", after=back.newer, size=2).entries == first.entries


def test_last_page_leads_nowhere_further(chain):
    last = get_page(list_entries(chain), by="position", before=3, size=2)
    assert [entry.position for entry in last.entries] == [2, 1]
    assert last.older is None


def test_details_are_said_in_words():
    detail = {"from": "trial", "to": "live", "notice": "", "nested": {"hosts": ["a.cn", "b.cn"]}, "primary": True}
    assert describe_detail(detail) == [
        ("原为", "试运行（trial）"),
        ("改为", "正式运行（live）"),
        ("说明", "（无）"),
        ("nested · 域名", "a.cn、b.cn"),
        ("主域名", "是"),
    ]
    assert describe_detail({"rows": [{"name": "甲"}, {"name": "乙"}]}) == [
        ("条数 1 · 全称", "甲"),
        ("条数 2 · 全称", "乙"),
    ]
    assert describe_detail({}) == []


def test_unknown_action_is_shown_as_it_was_written():
    assert label_action("site.create") == "建立网站"
    assert label_action("future.thing") == "future.thing"


def test_second_name_for_an_action_is_refused():
    with pytest.raises(ValueError, match=r"site\.create"):
        register_action_labels({"site.create": "别的名字"})


def test_command_finds_nothing_in_a_sound_ledger(chain, capsys):
    call_command("verify_ledger", "--json")
    result = json.loads(capsys.readouterr().out)
    assert result["faults"] == []
    assert result["chains"] == len(list_chains())


def test_command_lists_faults_and_fails(chain, capsys):
    position = last_position(chain)
    execute_unprotected(f"UPDATE {TABLE} SET action = 'x' WHERE chain = %s AND position = %s", chain, position)
    with pytest.raises(CommandError) as failure:
        call_command("verify_ledger")
    assert failure.value.returncode == 1
    assert f"kongtong 第 {position} 条：内容与校验值不符" in capsys.readouterr().out


def test_command_looks_at_the_named_chain_only(chain, capsys):
    position = last_position(chain)
    execute_unprotected(f"UPDATE {TABLE} SET action = 'x' WHERE chain = %s AND position = %s", chain, position)
    call_command("verify_ledger", "--chain", "jingning")
    assert "1 个账册校验无误" in capsys.readouterr().out


def test_command_refuses_a_chain_that_does_not_exist(two_sites):
    with pytest.raises(CommandError, match="没有账册“nowhere”"):
        call_command("verify_ledger", "--chain", "nowhere")


def in_threads(*functions):
    """Run them at once, each on a connection of its own; raise what any of them raised."""

    def run(function):
        try:
            function()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        for future in [pool.submit(run, function) for function in functions]:
            future.result(timeout=60)


def test_two_transactions_at_once_leave_no_gap(cluster_db):
    start = threading.Barrier(2)

    def write():
        for _ in range(20):
            start.wait(timeout=30)
            with transaction.atomic():
                record("page.published", chain="kongtong")
                record("page.changed", chain="kongtong")

    before = last_position("kongtong")
    in_threads(write, write)
    positions = list(
        LedgerEntry.objects.filter(chain="kongtong", position__gt=before).values_list("position", flat=True)
    )
    assert sorted(positions) == list(range(before + 1, before + 81))
    assert problems_of("kongtong") == []


def test_two_first_entries_of_a_chain_at_once_are_both_kept(cluster_db):
    start = threading.Barrier(2)

    def write():
        start.wait(timeout=30)
        record("page.published", chain="brand_new")

    in_threads(write, write)
    assert sorted(LedgerEntry.objects.filter(chain="brand_new").values_list("position", flat=True)) == [1, 2]
    assert problems_of("brand_new") == []


def test_transaction_that_was_rolled_back_leaves_its_place_to_the_next(cluster_db):
    holds, waits = threading.Event(), threading.Event()

    def write_and_give_up():
        with transaction.atomic():
            record("page.published", chain="kongtong")
            holds.set()
            waits.wait(timeout=30)
            transaction.set_rollback(True)

    def write():
        holds.wait(timeout=30)
        waits.set()
        record("page.changed", chain="kongtong")

    before = last_position("kongtong")
    in_threads(write_and_give_up, write)
    assert last_position("kongtong") == before + 1
    assert problems_of("kongtong") == []


def test_chain_that_grows_while_it_is_walked_is_not_called_cut_off(cluster_db, monkeypatch):
    """What verification reads first, the heads, is older than what it reads last."""
    from accounts import ledger_selectors

    walks = []

    def walk_while_somebody_writes(chains):
        walks.append(chains)
        faults = verify_ledger(chains)
        if len(walks) == 1:
            heads = LedgerHead.objects.in_bulk()
            in_threads(lambda: record("page.published", chain="kongtong"))
            faults = _verify_chain("kongtong", heads["kongtong"])
        yield from faults

    monkeypatch.setattr(ledger_selectors, "verify_ledger", walk_while_somebody_writes)
    assert find_faults("kongtong") == []
    assert len(walks) == 2
