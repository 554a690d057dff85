"""What was made once is kept while it is good, and asked for once by many."""

import threading
from collections.abc import Callable

import pytest

from digest.web.keeping import Bounded, Kept


def a_counter() -> Callable[[], tuple[object, ...]]:
    calls: list[int] = []

    def count() -> tuple[object, ...]:
        calls.append(1)
        return (len(calls),)

    return count


def test_a_page_is_made_once_for_a_version() -> None:
    kept, make = Kept(), a_counter()
    assert [kept.get("/", ("v1",), make) for _ in range(3)] == [(1,), (1,), (1,)]
    assert kept.get("/", ("v2",), make) == (2,)
    assert kept.get("/other", ("v2",), make) == (3,)


def test_a_page_is_given_as_it_was_made_and_kept_in_less() -> None:
    page = "<p>Ship or skip — both.</p>" * 1000
    kept = Kept(most=len(page))
    for number in range(5):
        assert kept.get(f"/{number}", ("v1",), lambda: page) == page
    again = [kept.get(f"/{number}", ("v1",), lambda: "made anew") for number in range(5)]
    assert again == [page] * 5


def test_of_many_at_once_one_makes_a_page() -> None:
    kept, make, started = Kept(), a_counter(), threading.Barrier(8)
    made: list[object] = []

    def ask() -> None:
        started.wait(30)
        made.append(kept.get("/", ("v1",), make))

    asking = [threading.Thread(target=ask) for _ in range(8)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(30)
    assert made == [(1,)] * 8


def test_one_after_the_other_asks_for_the_version_anew() -> None:
    kept, ask = Kept(), a_counter()
    assert [kept.version("/", ask) for _ in range(3)] == [(1,), (2,), (3,)]


def test_those_who_came_while_another_asked_share_the_next_answer() -> None:
    kept, count = Kept(), a_counter()
    asking, may_end = threading.Event(), threading.Event()
    told: list[object] = []

    def slowly() -> tuple[object, ...]:
        asking.set()
        may_end.wait(30)
        return count()

    first = threading.Thread(target=lambda: told.append(kept.version("/", slowly)))
    first.start()
    assert asking.wait(30)
    came = threading.Barrier(5)

    def late() -> None:
        came.wait(30)
        told.append(kept.version("/", count))

    waiting = [threading.Thread(target=late) for _ in range(4)]
    for thread in waiting:
        thread.start()
    came.wait(30)
    may_end.set()
    for thread in (first, *waiting):
        thread.join(30)
    # Nobody who came later got the answer to a question asked before.
    assert told.count((1,)) == 1


def test_what_failed_is_not_kept() -> None:
    kept = Kept()

    def fail() -> tuple[object, ...]:
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            kept.get("/", ("v1",), fail)
        with pytest.raises(LookupError):
            kept.version("/", fail)
    assert kept.get("/", ("v1",), a_counter()) == (1,)


def test_what_was_looked_at_least_lately_goes_first() -> None:
    bounded: Bounded[int] = Bounded(2)
    bounded.put("a", 1)
    bounded.put("b", 2)
    assert bounded.get("a") == 1
    bounded.put("c", 3)
    assert (bounded.get("a"), bounded.get("b"), bounded.get("c")) == (1, None, 3)


def test_long_pages_leave_less_room_for_others() -> None:
    bounded: Bounded[str] = Bounded(10, len)
    bounded.put("a", "1234")
    bounded.put("b", "1234")
    bounded.put("b", "123456")
    assert (bounded.get("a"), bounded.get("b")) == ("1234", "123456")
    bounded.put("c", "longer than all there is")
    assert (bounded.get("a"), bounded.get("b")) == (None, None)
    assert bounded.get("c") == "longer than all there is"
