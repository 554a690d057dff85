"""Every measurement runs by name and prints what it found as one line of JSON."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

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


def measured(module: str, *arguments: str | Path) -> dict[str, Any]:
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    (line,) = ran.stdout.splitlines()
    told = json.loads(line)
    assert isinstance(told, dict)
    return told


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
