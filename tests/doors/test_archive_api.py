"""What programs read: JSON under /api/v1, and the schema that describes it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from digest import __version__
from digest.archive.comparisons import PER_PAGE
from digest.model import IssueState, Item, Votes
from tests.doors.site import LiveSite
from tests.makers import SUNDAY, a_panel, a_tool, an_issue, an_unreviewed_tool

API = "/api/v1"
BASE = "https://shiporskip.example"


def told(site: LiveSite, path: str) -> Any:
    answer = site.get(API + path)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    return json.loads(answer.body)


def test_comparisons_come_newest_first_and_page_by_page(site: LiveSite) -> None:
    for number in range(PER_PAGE + 1):
        site.publishes(a_tool(f"Tool {number}"), published_at=SUNDAY + timedelta(hours=number))
    first, second = told(site, "/comparisons"), told(site, "/comparisons?page=2")
    assert (first["page"], first["next"], len(first["items"])) == (1, 2, PER_PAGE)
    assert first["items"][0]["title"] == f"Tool {PER_PAGE} vs Notekeel"
    assert (second["page"], second["next"]) == (2, None)
    assert [one["slug"] for one in second["items"]] == ["tool-0-vs-notekeel"]


def test_comparisons_of_one_category_are_asked_for_by_its_slug(site: LiveSite) -> None:
    site.publishes(a_tool("Callhorn", category="Voice & Calls"))
    site.publishes(a_tool("Plainwright"))
    found = told(site, "/comparisons?category=voice-calls")["items"]
    assert [one["slug"] for one in found] == ["callhorn-vs-notekeel"]
    assert site.get(f"{API}/comparisons?category=nothing").status == 404


def test_a_comparison_is_told_whole(site: LiveSite) -> None:
    site.publishes(
        a_tool("Plainwright", reviews=a_panel(85, 40), votes=Votes(12, 3)),
        an_unreviewed_tool("New"),
    )
    one = told(site, "/comparisons/plainwright-vs-new")
    assert one["page"] == f"{BASE}/compare/plainwright-vs-new"
    assert one["picture"] == f"{BASE}/compare/plainwright-vs-new/picture.png"
    assert one["why"] == "Both draft release notes from merged changes."
    ours, theirs = one["tools"]
    assert (ours["slug"], theirs["slug"]) == (one["challenger"], one["incumbent"])
    assert ours["verdict"] == {
        "call": "split",
        "ships": 1,
        "skips": 1,
        "percent_ship": 50,
        "average": 63,
    }
    assert [(r["reviewer"], r["score"], r["call"]) for r in ours["reviews"]] == [
        ("builder", 85, "ship"),
        ("skeptic", 40, "skip"),
    ]
    assert ours["votes"] == {"ship": 12, "skip": 3}
    assert (theirs["verdict"], theirs["entry"], theirs["reviews"]) == (None, None, [])


def test_a_tool_is_told_by_its_slug(site: LiveSite) -> None:
    site.publishes()
    one = told(site, "/tools/plainwright")
    assert (one["name"], one["page"]) == ("Plainwright", f"{BASE}/tools/plainwright")
    assert one["entry"] == "paid"


def test_issues_that_went_out_are_told_with_their_comparisons(site: LiveSite) -> None:
    pair = site.publishes()
    item = Item(comparison=pair.slug, takeaway="Take the one you can leave.")
    site.puts(an_issue(state=IssueState.SENT, items=(item,)))
    site.puts(an_issue(id="2026-W48", state=IssueState.DRAFT))
    assert [one["id"] for one in told(site, "/issues")["items"]] == ["2026-W47"]
    one = told(site, "/issues/2026-W47")
    assert (one["dated"], one["kind"]) == ("2026-11-22", "digest")
    assert one["comparisons"][0]["takeaway"] == "Take the one you can leave."
    assert site.get(f"{API}/issues/2026-W48").status == 404


@pytest.mark.parametrize(
    "path",
    ["/comparisons/none", "/tools/none", "/issues/none", "/comparisons?page=2", "/issues?page=2"],
)
def test_what_is_not_there_is_told_in_json(site: LiveSite, path: str) -> None:
    answer = site.get(API + path)
    assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")
    assert "there is no" in json.loads(answer.body)["detail"]


def test_a_path_the_api_has_not_is_told_in_json_too(site: LiveSite) -> None:
    assert json.loads(site.get(f"{API}/nothing").body) == {"detail": "Not Found"}
    assert site.post(f"{API}/comparisons").status == 405


@pytest.mark.parametrize("page", ["0", "-1", "x", "100000", ""])
def test_a_page_that_is_no_number_is_refused_with_the_reason(site: LiveSite, page: str) -> None:
    answer = site.get(f"{API}/comparisons?page={page}")
    assert answer.status == 422
    assert json.loads(answer.body)["detail"].startswith("query.page: ")


def test_the_schema_describes_the_api_and_nothing_else(site: LiveSite) -> None:
    schema = told(site, "/openapi.json")
    assert schema["info"] == {"title": "Ship or Skip", "version": __version__}
    paths = {
        f"{API}/comparisons",
        f"{API}/comparisons/{{slug}}",
        f"{API}/tools/{{slug}}",
        f"{API}/issues",
        f"{API}/issues/{{name}}",
    }
    assert paths <= set(schema["paths"])
    assert all(path.startswith(API) for path in schema["paths"])
    for path in paths:
        assert {"200", "304", "404", "422"} <= set(schema["paths"][path]["get"]["responses"])


def test_every_answer_has_the_shape_its_schema_says(site: LiveSite) -> None:
    site.publishes()
    schema = told(site, "/openapi.json")
    shapes = schema["components"]["schemas"]
    for path, name in (
        ("/comparisons/plainwright-vs-notekeel", "ComparisonOut"),
        ("/tools/plainwright", "ToolOut"),
        ("/comparisons", "PageOf_ComparisonLine_"),
    ):
        assert set(told(site, path)) == set(shapes[name]["properties"])
        assert set(shapes[name]["required"]) == set(shapes[name]["properties"])
