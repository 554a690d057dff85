"""Reading feed documents in processes of their own. All processes here are real."""

import gc
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from digest.errors import SourceError
from digest.model import Document, Entry
from sources.feeds import parse
from sources.workers import MOST_ENTRIES, Job, Workers
from tests.attacks import ENDLESS, GREEDY

ROOT = Path(__file__).parents[2]


def feed(title: str, entries: int = 1) -> bytes:
    items = b"<item><title>A tool of its own</title></item>" * entries
    return f'<rss version="2.0"><channel><title>{title}</title>'.encode() + items + b"</channel>"


def good(number: int = 0) -> Job:
    return Job(parse, f"https://feeds.example/{number}", feed(f"Feed {number}"))


def odd(reader: Callable[[str, bytes, str], Document]) -> Job:
    return Job(reader, "https://odd.example/feed", b"")


def sleeps(url: str, body: bytes, content_type: str) -> Document:
    time.sleep(60)
    return Document()


def loops(url: str, body: bytes, content_type: str) -> Document:
    while True:
        pass


def kills_its_process(url: str, body: bytes, content_type: str) -> Document:
    os.kill(os.getpid(), signal.SIGKILL)
    return Document()


def takes_memory(url: str, body: bytes, content_type: str) -> Document:
    return Document(title=str(len(bytearray(1024**3))))


def recurses(url: str, body: bytes, content_type: str) -> Document:
    return recurses(url, body, content_type)


def gathers(url: str, body: bytes, content_type: str) -> Document:
    gathered = []
    while True:
        gathered.append(os.urandom(1024))


def has_no_memory(url: str, body: bytes, content_type: str) -> Document:
    raise MemoryError


def catches_everything(url: str, body: bytes, content_type: str) -> Document:
    while True:
        with suppress(Exception):
            sleeps(url, body, content_type)


def tidies_up(url: str, body: bytes, content_type: str) -> Document:
    while True:
        gc.collect()
        for _ in range(100_000):
            pass


def names_its_process(url: str, body: bytes, content_type: str) -> Document:
    return Document(title=str(os.getpid()))


def tells_the_time(url: str, body: bytes, content_type: str) -> Document:
    time.sleep(0.1)
    return Document(title=str(time.monotonic()))


def announces_itself_and_loops(url: str, body: bytes, content_type: str) -> Document:
    os.write(1, b"here\n")
    return loops(url, body, content_type)


def answers(workers: Workers, *jobs: Job) -> list[str]:
    """The title of each document, or why there is none."""
    told = [reading.answer for reading in workers.parse(jobs)]
    return [one.title if isinstance(one, Document) else one.reason for one in told]


def exists(process: int) -> bool:
    """A zombie exists too."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module", params=[0, 1, 2])
def workers(request: pytest.FixtureRequest) -> Iterator[Workers]:
    with Workers(request.param) as workers:
        yield workers


def test_documents_come_back_in_order(workers: Workers) -> None:
    read = answers(workers, *map(good, range(20)))
    assert read == [f"Feed {number}" for number in range(20)]


def test_a_document_that_is_no_feed_says_why(workers: Workers) -> None:
    (reading,) = workers.parse([Job(parse, "https://page.example/", b"<html></html>")])
    assert str(reading.answer) == "https://page.example/: not a feed: it is an HTML page"


def test_a_long_feed_keeps_its_first_entries_and_tells_how_many_there_are(workers: Workers) -> None:
    (reading,) = workers.parse([Job(parse, "https://long.example/", feed("Long", 700))])
    assert isinstance(reading.answer, Document)
    assert reading.answer.entries == (Entry(title="A tool of its own"),) * MOST_ENTRIES
    assert reading.entries == 700


def test_a_reader_that_breaks_down_fails_its_document_alone(workers: Workers) -> None:
    read = answers(workers, good(1), odd(recurses), good(2))
    assert read == ["Feed 1", "the reader broke down: RecursionError", "Feed 2"]


def test_documents_are_asked_for_as_workers_come_free(workers: Workers) -> None:
    asked: list[int] = []

    def jobs() -> Iterator[Job]:
        for number in range(20):
            asked.append(number)
            yield good(number)

    first = next(workers.parse(jobs()))
    assert isinstance(first.answer, Document)
    assert first.answer.title == "Feed 0"
    assert len(asked) < 20


@pytest.mark.parametrize("reader", [sleeps, loops])
@pytest.mark.parametrize("processes", [0, 1])
def test_a_document_that_takes_too_long_is_given_up(
    processes: int, reader: Callable[[str, bytes, str], Document]
) -> None:
    started = time.monotonic()
    with Workers(processes, seconds=1) as workers:
        read = answers(workers, good(1), odd(reader), good(2))
    assert read == ["Feed 1", "took more than 1 seconds to read", "Feed 2"]
    assert time.monotonic() - started < 10


@pytest.mark.slow
def test_others_are_read_while_one_takes_too_long() -> None:
    with Workers(2, seconds=3) as workers:
        answers(workers, odd(names_its_process), odd(names_its_process))
        started = time.monotonic()
        endless, *others = answers(workers, odd(loops), *[odd(tells_the_time)] * 5)
    assert endless == "took more than 3 seconds to read"
    assert max(map(float, others)) < started + 3


def test_a_reader_that_dies_fails_its_document_alone() -> None:
    with Workers() as workers:
        read = answers(workers, good(1), odd(kills_its_process), good(2), good(3))
    assert read == ["Feed 1", "the reader died while reading it", "Feed 2", "Feed 3"]


def test_a_reader_that_wants_too_much_memory_fails_its_document_alone() -> None:
    with Workers(1) as workers:
        read = answers(workers, odd(takes_memory), good(1))
    assert read == ["takes more than 288 MiB of memory to read", "Feed 1"]


@pytest.mark.slow
def test_a_feed_of_200_000_items_does_not_hold_up_the_others() -> None:
    endless = Job(parse, "https://endless.example/", feed("Endless", 200_000))
    assert len(endless.body) > 8_000_000
    with Workers(2, seconds=3) as workers:
        readings = list(workers.parse([endless, *map(good, range(10))]))
    assert str(readings[0].answer).endswith("took more than 3 seconds to read")
    assert [reading.entries for reading in readings[1:]] == [1] * 10
    assert max(reading.seconds for reading in readings[1:]) < 2


def test_a_worker_is_used_again() -> None:
    with Workers(1) as workers:
        assert len(set(answers(workers, *[odd(names_its_process)] * 5))) == 1


def test_no_worker_is_started_before_there_is_work(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Workers() as workers:
        assert list(workers.parse([])) == []
        assert caplog.text == ""
        assert answers(workers, good(1)) == ["Feed 1"]
        assert "does not start" in caplog.text


def test_no_worker_is_left_afterwards() -> None:
    with Workers(2, seconds=2) as workers:
        jobs = [odd(names_its_process), odd(names_its_process), odd(kills_its_process), odd(sleeps)]
        first, second, *_ = answers(workers, *jobs)
        assert first != second
    assert not any(map(exists, (int(first), int(second))))


def test_a_round_that_is_dropped_leaves_no_answer_to_the_next() -> None:
    with Workers(2) as workers:
        dropped = workers.parse([good(1), odd(sleeps), odd(sleeps)])
        next(dropped)
        dropped.close()  # type: ignore[attr-defined]
        assert answers(workers, good(2), good(3)) == ["Feed 2", "Feed 3"]


def test_a_worker_whose_caller_is_killed_goes_too() -> None:
    program = (
        "from sources.workers import Job, Workers\n"
        "from tests.rooms.test_workers import announces_itself_and_loops as reader\n"
        "with Workers(1, seconds=1) as workers: list(workers.parse([Job(reader, '', b'')]))"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as caller:
        assert caller.stdout
        assert caller.stdout.readline() == b"here\n"
        caller.kill()
        assert caller.stdout.read() == b""  # the end of what two processes could write to


def test_where_no_process_can_be_had_documents_are_read_in_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = os.open(os.devnull, os.O_RDONLY)
    os.close(taken)
    resource.setrlimit(resource.RLIMIT_NOFILE, (taken, hard))  # not one descriptor more
    try:
        with Workers() as workers:
            assert answers(workers, good(1), odd(names_its_process)) == ["Feed 1", str(os.getpid())]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert "does not start, 0 may yet" in caplog.text


def test_workers_that_end_before_their_first_job_are_done_without(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Workers() as workers:
        assert answers(workers, good(1), good(2), good(3)) == ["Feed 1", "Feed 2", "Feed 3"]
    assert "ended with status 1 before its first job" in caplog.text


def test_what_a_worker_refuses_arrives_whole() -> None:
    with Workers(1) as workers:
        (reading,) = workers.parse([Job(parse, "https://empty.example/", b"")])
    assert isinstance(reading.answer, SourceError)
    assert (reading.answer.url, reading.answer.reason) == (
        "https://empty.example/",
        "not a feed: the document is empty",
    )


# --- in line -------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_what_would_be_read_for_ever_is_ended_in_line_too(body: bytes) -> None:
    endless = Job(parse, "https://endless.example/", body)
    started = time.monotonic()
    with Workers(0, seconds=0.5) as workers:
        assert answers(workers, endless, good(1)) == [
            "took more than 0.5 seconds to read",
            "Feed 1",
        ]
    assert time.monotonic() - started < 10


def test_what_takes_all_memory_is_ended_in_line_too() -> None:
    with Workers(0) as workers:
        read = answers(workers, odd(gathers), odd(has_no_memory), good(1))
    assert read == [
        "takes more than 160 MiB of memory to read",
        "takes more memory to read than there is",
        "Feed 1",
    ]


@pytest.mark.parametrize("body", GREEDY.values(), ids=GREEDY)
def test_a_greedy_document_does_not_fill_the_memory(body: bytes) -> None:
    greedy = Job(parse, "https://greedy.example/", body)
    for processes, most in ((0, 160), (1, 288)):
        with Workers(processes) as workers:
            read = answers(workers, greedy, good(1))
        assert read == [f"takes more than {most} MiB of memory to read", "Feed 1"]


def test_a_reader_cannot_catch_what_ends_it() -> None:
    with Workers(0, seconds=0.2) as workers:
        assert answers(workers, odd(catches_everything)) == ["took more than 0.2 seconds to read"]


def test_a_reading_is_not_ended_where_nobody_would_notice() -> None:
    """What is raised in a callback of the garbage collector is dropped, and told on stderr. What
    other tests left is out of its way: their callbacks are not ours, and there is much of it."""

    def looks_on(_phase: str, _about: dict[str, int]) -> None:
        """Signals that came during a collection are heard here."""

    gc.collect()
    gc.freeze()
    gc.callbacks.append(looks_on)
    try:
        with Workers(0, seconds=0.3) as workers:
            assert answers(workers, odd(tidies_up)) == ["took more than 0.3 seconds to read"]
    finally:
        gc.callbacks.remove(looks_on)
        gc.unfreeze()


def test_an_alarm_that_was_set_before_is_put_off_and_rings() -> None:
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _: rung.append(number))
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with Workers(0, seconds=0.4) as workers:
            readings = workers.parse([odd(loops), good(1)])
            assert isinstance(next(readings).answer, SourceError)
            assert rung == [signal.SIGALRM]
            signal.setitimer(signal.ITIMER_REAL, 60)
            assert isinstance(next(readings).answer, Document)
            assert 50 < signal.getitimer(signal.ITIMER_REAL)[0] <= 60
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left)


def test_no_alarm_is_left_behind() -> None:
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    handler = signal.getsignal(signal.SIGALRM)
    try:
        with Workers(0, seconds=0.2) as workers:
            answers(workers, good(1), odd(loops), odd(recurses), odd(has_no_memory))
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
        assert signal.getsignal(signal.SIGALRM) is handler
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)


def test_where_no_signal_is_heard_documents_are_read_all_the_same() -> None:
    told: list[str] = []

    def read() -> None:
        with Workers(0) as workers:
            told.extend(answers(workers, good(1), odd(has_no_memory)))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert told == ["Feed 1", "takes more memory to read than there is"]
