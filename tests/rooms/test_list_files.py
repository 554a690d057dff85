"""Files that are no list of readers change nothing and are refused in one line."""

from unicodedata import category

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.engine import Sessions
from digest.errors import InputError
from digest.subscriptions import Told
from digest.subscriptions.importing import SLICE
from digest.subscriptions.list_file import LONGEST_ROW, MOST_COLUMNS
from tests.reader_lists import takes_in, the_readers

HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "a header alone": (b"email\n\n", "there are no readers under the first line"),
    "no email": (b"name,town\nAda,Bath\n", "there is no column email; the first line has 'name', "),
    "two columns of one name": (b"email,E MAIL,Email\n", "the column 'email' is twice"),
    "UTF-16": ("email\nada@inbox.example\n".encode("utf-16"), "line 1: there is a NUL byte"),
    "UTF-16 without a mark": ("email\n".encode("utf-16-le"), "line 1: there is a NUL byte"),
    "cp1252": (b"email,name\na@b.example,Ren\xe9\n", "line 2: byte 16 is not UTF-8; nothing else"),
    "NUL": (b"email\na@b.example\n\0\n", "line 3: there is a NUL byte in it"),
    "a quote": (
        b'email\na@b.example\n"b@b.example\n' + b"c@b.example\n" * 9,
        "line 3: a quote is ",
    ),
    "a long quote": (b'email\n"' + b"c@b.example\n" * 99_999, "is a quote never closed?"),
    "a long row": (b'email\n"a' + b'\n","a' * 300_000, "is a quote never closed?"),
    "a long line": (
        b"email\n" + b"a" * (LONGEST_ROW + 1),
        "line 2: the row goes on for more than 1 MiB",
    ),
    "a large cell": (b"email\n" + b"a" * 200_000, "line 2: a cell of more than 131,072 characters"),
    "text after a quote": (b'email\n"a"b@c.example\n', "line 2: not CSV: "),
    "columns": (b"a," * MOST_COLUMNS + b"email\n", "line 1: 501 columns"),
    "a million columns": (b"," * 1_000_000 + b"email\n", "line 1: 1,000,001 columns"),
    "CR": (b"email\ra@b.example\rb@b.example\r", "line 1: it ends with CR alone"),
    "bytes": (bytes(range(255, 0, -1)), "line 1: byte 1 is not UTF-8"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_that_is_no_list_changes_nothing_and_says_why(sqlite: Sessions, what: str) -> None:
    body, said = HOSTILE[what]
    with pytest.raises(InputError) as refused:
        takes_in(sqlite, body)
    assert str(refused.value).startswith("list.csv: ")
    assert said in str(refused.value)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 300
    assert the_readers(sqlite) == {}


def test_a_file_that_is_broken_at_its_end_has_changed_nothing(sqlite: Sessions) -> None:
    body = "email\n" + "".join(f"r{i}@inbox.example\n" for i in range(2 * SLICE)) + '"'
    with pytest.raises(InputError, match=rf"line {2 * SLICE + 2}: a quote is opened"):
        takes_in(sqlite, body)
    assert the_readers(sqlite) == {}


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda some: b"email\n" + some))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_list_or_refused_in_one_line(sqlite: Sessions, body: bytes) -> None:
    told: list[Told] = []
    said = ""
    try:
        takes_in(sqlite, body, told, dry_run=True)
    except InputError as error:
        said = str(error)
    assert bool(said) != bool(told)
    assert "\n" not in said
    assert not any(category(letter) == "Cc" for one in told for letter in one.email)
