"""Several processes at once, connections that break at the worst moment, processes that end or are killed."""

import os
import signal
import subprocess
import sys

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from delivery.visits import actions
from delivery.visits.actions import record_visits
from delivery.visits.batch import Batch
from delivery.visits.flushing import Flusher
from tests.browser.server import wait_until
from tests.delivery.visits import JINGNING, KONGTONG, count_marks, page_rows, place, reader

TODAY = timezone.localdate()
WRITES, PATHS = 15, ("/", "/tzgg/", "/gzdt/", "/xxgk/")
COUNTED = 4

# One start of Django for all of it; the processes are forked from it.
SCRIPT = f"""
import multiprocessing, sys, time
import django; django.setup()
from django.utils import timezone
from delivery.visits.actions import record_visits
from delivery.visits.batch import Batch, Counted, Place, Visitor
from delivery.visits.flushing import Flusher

day = timezone.localdate()

def write():
    places = [Place(day, "{KONGTONG}", path) for path in {PATHS}]
    for number in range({WRITES}):
        visitors = [(place, Visitor(f"203.0.113.{{number}}", "Firefox")) for place in places]
        record_visits(Counted({{place: 1 for place in places}}, visitors))

def count(interval, stays):
    flusher = Flusher(Batch(), interval=interval)
    for _ in range({COUNTED}):
        flusher.add(Place(day, "{JINGNING}", "/"), Visitor("203.0.113.1", "Firefox"))
    if stays:
        time.sleep(600)

def start(target, *arguments):
    process = multiprocessing.get_context("fork").Process(target=target, args=arguments)
    process.start()
    return process

if sys.argv[1] == "end":
    for process in [start(write), start(write), start(count, 3600, False)]:
        process.join()
        assert process.exitcode == 0
    count(3600, False)
else:
    print(*(start(count, interval, True).pid for interval in (0.1, 3600)), flush=True)
    time.sleep(600)
"""


def run(cluster_db, kind):
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, kind]
    return subprocess.Popen(command, env=cluster_db.environment, stdout=subprocess.PIPE)


def views(schema):
    return sum(count for (site, _, _), count in page_rows().items() if site == schema)


def test_processes_add_up_and_write_what_they_counted_before_they_end(cluster_db):
    """Two write at once; a child of multiprocessing, which does not run atexit, and its parent, which does, end."""
    assert run(cluster_db, "end").wait(timeout=60) == 0
    ours = {key: count for key, count in page_rows().items() if key[0] == "kongtong"}
    assert set(ours.values()) == {2 * WRITES}
    assert len(ours) == len(PATHS)
    assert views("jingning") == 2 * COUNTED
    assert count_marks() == WRITES + 1, "all processes know the same reader again"


@pytest.mark.parametrize("is_lost_before", [True, False])
def test_nothing_is_counted_twice_when_the_connection_breaks_around_the_commit(cluster_db, monkeypatch, is_lost_before):
    """Before the commit the write is made again; after it, although nobody was told, it is not."""
    batch = Batch()
    flusher = Flusher(batch)
    batch.add(place(day=TODAY), reader())
    real = record_visits
    breaks = [True]

    def write(counted, note):
        if not breaks:
            return real(counted, note)
        breaks.clear()
        with transaction.atomic():
            real(counted, note)
            if is_lost_before:
                raise OperationalError("the connection broke")
        raise OperationalError("the connection broke")

    flusher._write = write
    assert flusher.flush() is False
    assert views("kongtong") == (0 if is_lost_before else 1)
    assert flusher.flush() is True
    assert views("kongtong") == 1
    batch.add(place(day=TODAY), reader())
    assert flusher.flush() is True
    assert views("kongtong") == 2


def test_write_that_is_still_going_on_is_waited_for(cluster_db):
    with transaction.atomic():
        number = actions._number_transaction()
        with pytest.raises(OperationalError):
            actions.was_committed(number)
    assert actions.was_committed(number) is True


@pytest.mark.kill
def test_killed_process_loses_at_most_what_it_counted_since_the_last_write(cluster_db):
    parent = run(cluster_db, "stay")
    children = [int(pid) for pid in parent.stdout.readline().split()]
    wait_until(lambda: views("jingning"))
    for pid in (*children, parent.pid):
        os.kill(pid, signal.SIGKILL)
    parent.wait(timeout=20)
    assert views("jingning") == COUNTED, "the one that writes often has written, the one that seldom does has not"
