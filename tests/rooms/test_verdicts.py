"""The publication's verdict file -> tools with reviews."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import InputError
from digest.model import Call, EntryPrice, Review, Tool, Votes
from sources.verdicts import Refused, VerdictFile, read, schema

ROOT = Path(__file__).parents[2]
SHIP = {"reviewer": "builder", "score": 85, "call": "ship", "text": "It holds."}


def tools(*values: Any, **others: Any) -> VerdictFile:
    return read("verdicts.json", json.dumps({"tools": values, **others}).encode())


def refusal(value: Any) -> Refused:
    file = tools(value)
    assert file.tools == ()
    return file.refused[0]


def test_a_tool_comes_in_whole() -> None:
    quillet = {
        "name": "Quillet",
        "slug": "quillet",
        "tagline": "Proofreads in the margin",
        "description": "It marks.\nIt never rewrites.",
        "category": "Writing",
        "url": "https://quillet.example/",
        "pricing": "$5 a month",
        "entry": "freemium",
        "best_for": "Editors",
        "aliases": ["Quillet AI"],
        "reviews": [SHIP],
        "votes": {"ship": 3, "skip": 1},
    }
    assert tools(quillet) == VerdictFile(
        (
            Tool(
                name="Quillet",
                slug="quillet",
                tagline="Proofreads in the margin",
                description="It marks.\nIt never rewrites.",
                category="Writing",
                url="https://quillet.example/",
                pricing="$5 a month",
                entry=EntryPrice.FREEMIUM,
                best_for="Editors",
                aliases=("Quillet AI",),
                reviews=(Review(reviewer="builder", score=85, call=Call.SHIP, text="It holds."),),
                votes=Votes(3, 1),
            ),
        )
    )


def test_a_name_is_enough() -> None:
    assert tools({"name": "Café Crème 2"}).tools == (
        Tool(name="Café Crème 2", slug="cafe-creme-2"),
    )


def test_names_and_taglines_are_one_line() -> None:
    (tool,) = tools({"name": "Quillet\r\nBcc: x", "tagline": " a \n b\x00 "}).tools
    assert (tool.name, tool.tagline) == ("Quillet Bcc: x", "a b")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": ""}, "name: should have at least 1 character, not ''"),
        ({"name": 7}, "name: should be a valid string, not 7"),
        ({"slug": "Two Words"}, "slug: should be lower-case letters, digits and hyphens"),
        ({"url": "javascript:alert(1)"}, "url: should be an http or https address"),
        ({"url": "https://"}, "url: should be an http or https address"),
        ({"entry": "gratis"}, "entry: should be 'free', 'freemium' or 'paid', not 'gratis'"),
        ({"votes": {"ship": -1}}, "votes.ship: should be greater than or equal to 0, not -1"),
        ({"reviews": [SHIP | {"score": 101}]}, "reviews[0].score: should be less than or equal to"),
        ({"reviews": [SHIP | {"score": 8.5}]}, "reviews[0].score: should be a valid integer"),
        ({"reviews": [SHIP | {"score": "85"}]}, "reviews[0].score: should be a valid integer"),
        ({"reviews": [SHIP | {"score": True}]}, "reviews[0].score: should be a valid integer"),
        ({"reviews": [SHIP | {"call": "maybe"}]}, "reviews[0].call: should be 'ship' or 'skip'"),
        ({"reviews": [{"reviewer": "builder"}]}, "reviews[0].score: is missing"),
        ({"reviews": [SHIP, SHIP]}, "reviews[1].reviewer: 'builder' stands twice"),
        ({"reviews": "none"}, "reviews: should be a valid list, not 'none'"),
    ],
)
def test_a_broken_tool_is_refused_by_place_name_and_field(
    fields: dict[str, Any], reason: str
) -> None:
    refused = refusal({"name": "Quillet"} | fields)
    assert refused.position == "tool 1"
    assert refused.reason.startswith(reason)


def test_what_is_no_tool_at_all_is_refused() -> None:
    assert refusal("Quillet") == Refused(
        "tool 1", "", "the tool: should be an object, not 'Quillet'"
    )


def test_all_that_is_wrong_with_a_tool_is_told() -> None:
    assert refusal({"name": "Quillet", "url": 1, "entry": 2}).reason.count(";") == 1


def test_a_broken_tool_does_not_keep_the_others_out() -> None:
    file = tools({"name": "Quillet"}, {"slug": "nameless"}, {"name": "Brambler"})
    assert [tool.name for tool in file.tools] == ["Quillet", "Brambler"]
    assert file.refused == (Refused("tool 2", "", "name: is missing"),)


def test_of_two_tools_with_one_slug_the_first_goes_in() -> None:
    file = tools({"name": "Quillet"}, {"name": "Other", "slug": "quillet"})
    assert [tool.name for tool in file.tools] == ["Quillet"]
    assert file.refused == (
        Refused("tool 2", "Other", "slug: 'quillet' is taken by an earlier tool"),
    )


def test_unknown_keys_are_kept_out_and_named_by_their_path() -> None:
    file = tools(
        {"name": "Quillet", "mood": 1, "reviews": [SHIP | {"stars": 5}], "votes": {"maybe": 2}},
        owner="me",
    )
    assert len(file.tools) == 1
    assert file.warnings == (
        "owner: is not known",
        "tool 1: mood is not known",
        "tool 1: reviews[0].stars is not known",
        "tool 1: votes.maybe is not known",
    )


TABLE = """name,slug,tagline,url,entry,aliases,reviewer,score,call,text,votes_ship,votes_skip
Quillet,,Proofreads,https://quillet.example/,free,Quill;Q AI,builder,85,ship,"It, and
more",3,1
Quillet,,,,,,skeptic,40,skip,No.,,
Brambler,brambler,,,,,,,,,,
"""


def test_a_table_has_one_review_a_line() -> None:
    file = read("verdicts.csv", TABLE.encode())
    quillet, brambler = file.tools
    assert [(review.reviewer, review.score) for review in quillet.reviews] == [
        ("builder", 85),
        ("skeptic", 40),
    ]
    assert quillet.reviews[0].text == "It, and\nmore"
    assert (quillet.aliases, quillet.votes) == (("Quill", "Q AI"), Votes(3, 1))
    assert (brambler.slug, brambler.reviews) == ("brambler", ())
    assert (file.refused, file.warnings) == ((), ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_a_spreadsheet_saves_can_be_read(encoding: str) -> None:
    body = "Name;Reviewer;Score;Call\r\nCafé;builder;70;ship\r\n".encode(encoding)
    (tool,) = read("verdicts.csv", body).tools
    assert (tool.name, tool.reviews[0].score) == ("Café", 70)


def test_a_broken_review_is_refused_by_its_own_line() -> None:
    broken = TABLE.replace("40,skip", "forty,skip")
    file = read("verdicts.csv", broken.encode())
    assert [tool.name for tool in file.tools] == ["Brambler"]
    assert file.refused == (
        Refused("line 4", "Quillet", "reviews[1].score: should be a valid integer, not 'forty'"),
    )


def test_a_line_with_too_many_cells_is_refused() -> None:
    file = read("verdicts.csv", b"name,tagline\nQuillet,a,b\nBrambler,c\n")
    assert file.refused == (Refused("line 2", "Quillet", "3 cells under 2 columns"),)
    assert len(file.tools) == 1


def test_lines_that_contradict_each_other_and_odd_columns_are_warned_about() -> None:
    body = b"name,tagline,mood\nQuillet,Proofreads,x\nQuillet,Rewrites,x\n"
    file = read("verdicts.csv", body)
    assert file.tools[0].tagline == "Proofreads"
    assert file.warnings == (
        "column 'mood' is not known",
        "line 3: tagline differs from line 2, which holds",
    )


def test_content_is_believed_over_the_name() -> None:
    assert len(read("verdicts.csv", b'{"tools": [{"name": "Quillet"}]}').tools) == 1
    assert len(read("https://pub.example/verdicts", b"name\nQuillet\n").tools) == 1


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("v.json", b"name\nQuillet", "line 1 is not JSON: Expecting value"),
        ("v.json", b'{"tools": [', "line 1 is not JSON"),
        ("v.json", b"[" * 100_000, "not JSON that can be read"),
        ("v.json", b"[]", 'there is no "tools" list in it'),
        ("v.json", b'{"tools": {}}', 'there is no "tools" list in it'),
        ("v.csv", b"", 'neither JSON with a "tools" list nor CSV with a "name" column'),
        ("v.csv", b"<html>", 'neither JSON with a "tools" list nor CSV with a "name" column'),
        ("v.csv", b'name\n"open', "line 2 is not CSV"),
        ("v.csv", "name\nCafé".encode("latin-1"), "not UTF-8 text (byte 9); save it so"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(
    name: str, body: bytes, reason: str
) -> None:
    with pytest.raises(InputError) as refused:
        read(name, body)
    assert str(refused.value).startswith(f"{name}: {reason}")
    assert "\n" not in str(refused.value)


def test_the_published_schema_is_the_models() -> None:
    published = (ROOT / "docs/verdicts.schema.json").read_text(encoding="utf-8")
    assert json.loads(published) == schema()
    command = [sys.executable, "-m", "sources.verdicts"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    assert printed.stdout == published


def test_the_schema_names_its_draft() -> None:
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema()["title"] == "Verdict file"
    assert "$id" not in schema()


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Z")), min_size=1)


@given(st.dictionaries(st.from_regex(r"\A[a-z0-9]{1,8}\Z"), names, max_size=5))
def test_json_and_csv_of_the_same_tools_are_the_same(named: dict[str, str]) -> None:
    from_json = tools(*({"name": name, "slug": slug} for slug, name in named.items()))
    quoted = (
        "".join(f'"{name.replace(chr(34), chr(34) * 2)}",{slug}\n') for slug, name in named.items()
    )
    from_csv = read("v.csv", ("name,slug\n" + "".join(quoted)).encode())
    assert from_csv.tools == from_json.tools


def test_a_text_that_no_page_could_hold_is_refused() -> None:
    tool = {"name": "N" * 301, "category": "C" * 81}
    [refused] = read("v.json", json.dumps({"tools": [tool]}).encode()).refused
    assert "name: " in refused.reason
    assert "300" in refused.reason
