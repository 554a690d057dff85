"""Every measurement runs by name and prints what it found as one line of JSON."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks import curated
from benchmarks.ranking_measures import Measures, gains_over, measures

ROOT = Path(__file__).resolve().parents[2]
FEEDS = "tests/samples/feeds"
TITLES = (
    "id\tsource_kind\ttitle\tcontent_first_p\tlabel\tname\ttagline\tambiguous\tnote\n"
    "a\tproducthunt\tNotekeel\tNotes that file themselves\tlaunch\tNotekeel"
    "\tNotes that file themselves\t0\t\n"
    "b\tshowhn\tShow HN: Tarnfish – reads long threads\t\tlaunch\tTarnfish"
    "\treads long threads\t0\t\n"
    "c\tshowhn\tShow HN: A calmer way to read logs\t\tlaunch\tLogheron\t\t0\tname only in URL\n"
    "d\tgithub_release\tOrrery 2.1.0\t\tupdate\tOrrery\t\t0\t\n"
    "e\tvendor_blog\tHow we keep our servers cool\t\tnot\t\t\t0\t\n"
    "f\thn\tShow HN: Something or other\t\tnot\t\t\t1\tambiguous\n"
)
LISTED = (
    ("Plainwright", "Drafts release notes from merged changes and tickets", "Text > Notes", "1"),
    ("Notekeel", "Release notes drafted from merged changes, in your voice", "Text > Notes", "1"),
    ("Tarnfish", "Reads merged changes aloud and drafts short release notes", "Text > Notes", "1"),
    ("Orrery", "Transcribes meetings with many speakers into minutes", "Audio > Meetings", "1"),
    ("Gullwing", "Minutes of meetings, transcribed for all speakers", "Audio > Meetings", "1"),
    ("Loamwire", "Plans watering of gardens from forecasts and soil", "Other", "1"),
    ("Peatbog", "Colours old photographs of towns and harbours", "Image > Photographs", "1"),
    ("Fernlight", "Speakers of meetings, transcribed into minutes", "Audio > Meetings", "0"),
)


def measured(module: str, *arguments: str | Path) -> dict[str, Any]:
    (told,) = all_measured(module, *arguments)
    return told


def all_measured(module: str, *arguments: str | Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.mark.parametrize("workers", [0, 2])
def test_documents_are_counted_and_timed(workers: int) -> None:
    told = measured("feeds", FEEDS, "--workers", str(workers))
    assert told["documents"] == told["right_counts"] == told["right_first_titles"] > 5
    assert told["wrong"] == []
    assert 0 < told["slowest_ms"] < 1500
    assert told["cpu_ms_per_document"] > 0
    assert told["wall_s"] > 0


def test_titles_are_scored_without_the_ambiguous_ones(tmp_path: Path) -> None:
    (tmp_path / "titles.tsv").write_text(TITLES, encoding="utf-8")
    told = measured("titles", tmp_path / "titles.tsv")
    assert (told["rows"], told["unambiguous"], told["launches"]) == (6, 5, 3)
    assert (told["precision"], told["recall"], told["f1"]) == (1, 1, 1)
    assert (told["names"], told["name_exact"]) == (3, 0.6667)
    assert (told["names_only_in_url"], told["names_told"]) == (1, 1)
    assert (told["taglines"], told["tagline_exact"]) == (2, 1)
    assert (told["wrong"], told["names_wrong"]) == ([], ["c"])


def test_a_link_gives_the_name_that_the_title_lacks(tmp_path: Path) -> None:
    head, *rows = TITLES.splitlines()
    linked = [f"{row}\thttps://github.com/orrery/Logheron" for row in rows]
    (tmp_path / "titles.tsv").write_text("\n".join([f"{head}\tlink", *linked]), encoding="utf-8")
    told = measured("titles", tmp_path / "titles.tsv")
    assert (told["name_exact"], told["names_only_in_url"]) == (1, 0)


def test_each_title_is_predicted_in_a_row_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "titles.tsv").write_text(TITLES, encoding="utf-8")
    measured("titles", tmp_path / "titles.tsv", "--predictions", tmp_path / "predictions.tsv")
    lines = (tmp_path / "predictions.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "id\tkind\tname\ttagline\treason"
    assert lines[1].startswith("a\tlaunch\tNotekeel\tNotes that file themselves")
    assert [line.split("\t")[:2] for line in lines[4:6]] == [["d", "update"], ["e", "not"]]
    assert len(lines) == 7


def test_fetching_is_measured_beside_a_plain_loop() -> None:
    told = measured("fetch", "--feeds", "6", "--delay-ms", "1")
    assert (told["feeds"], told["delay_ms"], told["floor_s"]) == (6, 1, 0.001)
    costs = {"wall_s_200", "wall_s_304", "cpu_ms_200", "cpu_ms_304", "peak_mb"}
    assert told["ours"].keys() == told["plain"].keys() == costs
    assert told["ratio"].keys() == costs
    assert all(value > 0 for side in ("ours", "plain", "ratio") for value in told[side].values())


def a_list(folder: Path, tools: Sequence[tuple[str, ...]] = LISTED) -> Path:
    """A file of one source; its tools stand on sites of their own."""
    head = "id name tagline category_path eval_query alternatives url coarse_category source"
    rows = [head.split()]
    for name, tagline, path, is_query, *alternatives in tools:
        site, coarse = f"https://{name.lower()}.example/", path.partition(" > ")[0]
        replaces = "".join(alternatives)
        rows.append([name[0], name, tagline, path, is_query, replaces, site, coarse, "invented"])
    (folder / "tools.tsv").write_text("\n".join(map("\t".join, rows)), encoding="utf-8")
    return folder / "tools.tsv"


@pytest.mark.parametrize("setting", ["A", "B", "C"])
def test_pairing_is_measured_beside_full_text_search(tmp_path: Path, setting: str) -> None:
    told = measured("pairing", a_list(tmp_path), "--setting", setting, "--without-model")
    assert (told["model"], told["setting"]) == ("", setting)
    found = told["sources"]["invented"]
    assert (found["tools"], found["queries"]) == (8, 5)
    for one in (found, found["bm25"], found["fts5"]):
        assert (one["p_at_1"], one["mrr"]) == (1, 1)
    assert found["over_bm25"]["p_at_1"] == found["over_fts5"]["mrr"] == [0, 0, 0]
    assert 0 <= found["sure"]["share"] <= 1
    assert found["launch_ms"]["p95"] >= found["launch_without_encoding_ms"]["median"] > 0


def test_each_launch_is_predicted_in_a_row_of_its_own(tmp_path: Path) -> None:
    predictions = tmp_path / "predictions.tsv"
    measured("pairing", a_list(tmp_path), "--without-model", "--predictions", predictions)
    head, *rows = (line.split("\t") for line in predictions.read_text("utf-8").splitlines())
    assert " ".join(head) == "id source top score confidence sure relevant first_relevant"
    assert [row[0] for row in rows] == ["P", "N", "T", "O", "G"]
    assert all(row[1] == "invented" and row[6:] == ["1", "1"] for row in rows)
    assert {row[2] for row in rows[3:]} <= {"O", "G", "F"}


def test_nothing_is_said_of_what_would_be_published_where_nothing_would(tmp_path: Path) -> None:
    tools = [("Plainwright", "Drafts notes", "Text", "1"), ("Orrery", "Plans meals", "Text", "1")]
    told = measured("pairing", a_list(tmp_path, tools), "--setting", "A", "--without-model")
    found = told["sources"]["invented"]
    assert (found["queries"], found["p_at_1"], found["right_ones_all_kept_out"]) == (2, 0, 2)
    assert found["sure"] == {"share": 0, "p_at_1": None}
    assert found["fts5"]["mrr"] == 0


def test_small_pools_are_drawn_at_random(tmp_path: Path) -> None:
    told = measured("pairing", a_list(tmp_path), "--without-model", "--pools", "2,50")
    (drawn,) = told["sources"]["invented"]["pools"].values()
    assert drawn["launches"] > 10
    assert 0 < drawn["with_a_right_one"] < 1
    assert 0 <= drawn["sure"]["share"] <= 1


def test_an_opponent_that_replaces_the_same_tool_counts_twice(tmp_path: Path) -> None:
    tools = [
        (*LISTED[0], "Quillmark"),
        (*LISTED[1], "quillmark | Inkhorn"),
        (*LISTED[3], "Inkhorn"),
    ]
    a, b, c = curated.read(a_list(tmp_path, tools))["invented"]
    assert (a.relevance(b), b.relevance(c), a.relevance(c)) == (2, 1, 0)


def test_what_a_list_could_not_sort_is_not_of_one_kind(tmp_path: Path) -> None:
    tools = [(*LISTED[5][:2], "Text > Other", "1"), (*LISTED[6][:2], "Text > Other | Other", "1")]
    a, b = curated.read(a_list(tmp_path, tools))["invented"]
    assert (a.kinds, a.relevance(b)) == (frozenset(), 0)


def test_measures_of_a_ranking() -> None:
    assert measures([1, 0], [1, 0]) == Measures(1, 1, 1)
    assert measures([0, 0, 0], [1]) == Measures(0, 0, 0)
    assert measures([0, 1, 2], [2, 1]) == pytest.approx((0, 1 / 2, 0.62), abs=0.001)
    assert measures([0] * 10 + [1], [1]) == pytest.approx((0, 1 / 11, 0))


def test_an_interval_holds_the_difference_and_knows_chance() -> None:
    right, wrong = Measures(1, 1, 1), Measures(0, 0.5, 0.4)
    better = gains_over([right] * 60 + [wrong] * 40, [wrong] * 100)["p_at_1"]
    assert better[0] == 0.6
    assert 0.4 < better[1] < 0.6 < better[2] < 0.8
    even = gains_over([right, wrong] * 50, [wrong, right] * 50)["mrr"]
    assert even[1] < even[0] == 0 < even[2]


def test_pools_larger_than_any_list_are_timed() -> None:
    told = measured("pairing", "--scale", "70,140", "--without-model")
    small, large = told["scale"]
    assert (small["tools"], large["tools"]) == (70, 140)
    for cost in (small, large):
        assert 30 < cost["categories"] <= 60
        assert cost["build_s"] > 0
        assert cost["peak_mb"] >= cost["before_mb"] > 10
        assert cost["launch_ms"]["p95"] >= cost["launch_ms"]["median"] > 0


def test_names_are_scored_and_false_merges_shown(tmp_path: Path) -> None:
    names = tmp_path / "names.tsv"
    names.write_text(
        "name_a\tname_b\tlabel\nNotekeel\tNote-Keel\tsame\nTarnfish\tOrrery\tsame\n"
        "Orrery\tOrrery 2.1\tversion\nTarnfish\tTarnfish Pro\tdiff\nGullwing\tgullwing\tdiff\n",
        encoding="utf-8",
    )
    told = measured("identity", names, "--predictions", tmp_path / "predictions.tsv")
    assert (told["pairs"], told["same"], told["precision"], told["recall"]) == (5, 2, 0.5, 0.5)
    assert (told["false_merges"], told["merged"]) == (1, [["Gullwing", "gullwing"]])
    assert (told["versions"], told["versions_right"]) == (1, 1)
    assert told["missed"] == [["Tarnfish", "Orrery"]]
    lines = (tmp_path / "predictions.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["name_a\tname_b\trelation", "Notekeel\tNote-Keel\tsame"]
    assert len(lines) == 6


@pytest.mark.slow
def test_rendering_and_addressing_are_measured_beside_others(tmp_path: Path) -> None:
    told = all_measured(
        *("render", "--comparisons", "2", "--readers", "1200", "--seconds", "0.1"),
        *("--mjml", tmp_path / "nothing"),
    )
    rendering, addressing, memory = told
    assert [one["measure"] for one in told] == ["render", "address", "memory"]
    assert rendering["html_per_s"] > rendering["chain_per_s"] > 0
    assert rendering["npm_mjml"] is None
    assert "npm install" in rendering["note"]
    whole, chosen, built = (addressing[side] for side in ("whole", "chosen", "email_message"))
    assert whole["message_bytes"] > chosen["message_bytes"] > 10_000
    assert whole["message_bytes"] == pytest.approx(built["message_bytes"], rel=0.1)
    assert whole["per_s"] > whole["per_s_with_signing"] > built["per_s"] > 0
    assert addressing["copying_per_s"] > whole["per_s"]
    assert memory["peak_mb"].keys() == {"1000", "1200"}
    assert memory["grown_mb"] < 5


@pytest.mark.slow
def test_lists_of_readers_are_measured_beside_the_bare_driver() -> None:
    told = measured("subscribers", "--rows", "1500")
    assert told["engine"] == "sqlite"
    for one in (told["import"], told["export"], told["bare_executemany"]):
        assert one["rows"] == 1500
        assert min(one["seconds"], one["cpu_s"], one["rows_per_s"], one["peak_mb"]) > 0
    assert told["times_bare"] > 1
    assert told["import"]["grown_mb"] < 20
    assert told["export"]["grown_mb"] < 20
    assert min(told["address_us"], told["email_validator_us"]) > 0


@pytest.mark.slow
def test_hostile_feeds_are_measured_beside_an_ordinary_one() -> None:
    told = measured("hostile", "--quick")
    feeds = told["feeds"]
    assert feeds["an ordinary feed"]["reason"] == ""
    assert {cost["reason"] for name, cost in feeds.items() if name.startswith("a gib")} == {
        "more than 5 MiB"
    }
    assert feeds["a body that drips"]["reason"] == "no answer within 0.5 seconds"
    assert feeds["end tags of nothing"]["reason"] == "took more than 0.5 seconds to read"
    assert 0 < told["most_collector_mb"] < 300
    assert 0 < told["most_worker_mb"] < 300


def test_events_are_measured_beside_bare_inserts() -> None:
    told = measured("events", "--events", "60", "--batch", "20")
    assert (told["database"], told["events"], told["batch"]) == ("sqlite", 60, 20)
    assert told["deliveries"] == {"sent": 30}
    assert told["ours_per_s"] > 0
    assert told["bare_per_s"] > 0


@pytest.mark.slow
def test_the_site_is_measured_beside_a_bare_route() -> None:
    told = all_measured(
        *("site", "--comparisons", "20", "--subscribers", "10"),
        *("--connections", "2", "--requests", "6", "--seconds", "5"),
    )
    bare, *ours = told
    assert bare["measure"] == "bare route"
    statuses = {one["measure"]: one["status"] for one in ours}
    assert (statuses["/compare/{slug}"], statuses["POST /subscribe"]) == (200, 200)
    assert (statuses["/feed.xml"], statuses["/feed.xml held"]) == (200, 304)
    for one in ours:
        assert one["database"] == "sqlite"
        assert one["requests"] == 6
        assert one["per_s"] > 0
        assert 0 < one["p50_ms"] <= one["p99_ms"]
        assert one["reading_p99_ms"] > 0
        assert one["of_bare"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["raw", "bulk"])
def test_sending_is_measured_beside_the_least_that_would_do(mode: str) -> None:
    sizes = ("--recipients", "60", "--html-kb", "2", "--latency-ms", "1")
    told = measured("send", "--mode", mode, *sizes)
    assert (told["database"], told["recipients"], told["mode"]) == ("sqlite", 60, mode)
    for side in (told["ours"], told["floor"]):
        assert min(side["per_s"], side["cpu_ms"]) > 0
    assert told["peak_mb"] > 10
    assert 0 < told["ours"]["statements"] < 2
    assert (told["ours"]["bytes"] < 2000) == (mode == "bulk")
    assert told["ratio"] > 0


@pytest.mark.slow
def test_what_the_database_bears_is_measured_with_several_senders() -> None:
    told = measured("scale", "--subscribers", "1500", "--workers", "2", "--events", "60")
    claim = told["claim"]
    assert (claim["rows"], claim["twice"], len(claim["peak_mb"])) == (1500, 0, 2)
    assert min(told["audience_s"], claim["per_s"], told["events"]["per_s"]) > 0
    assert all(size > 0 for size in told["mb"].values())
