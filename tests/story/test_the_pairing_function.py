"""The function that pairs on AWS does so by meaning, and with what its package holds."""

import importlib.util
import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.engine import reading
from db.tables import EmbeddingRow
from digest import wiring
from tests.functions import PACKAGE, function
from tests.judges.install import ROOT
from tests.newsroom import Newsroom, a_product_hunt_feed
from tests.story.test_sending import LAUNCH, RIVALS

# What Python imports first in every process that finds it; `site` knows it by this name.
REFUSES = """
import sys

class Refuses:
    def find_spec(self, name, path=None, target=None):
        if name.replace(".", "/").startswith({without!r}):
            raise ModuleNotFoundError(f"the package is without {{name}}", name=name)

sys.meta_path.insert(0, Refuses())
"""


def left_out() -> tuple[str, ...]:
    spec = importlib.util.spec_from_file_location("packing", ROOT / "scripts" / "build_lambda.py")
    assert spec
    assert spec.loader
    packing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(packing)
    without: tuple[str, ...] = packing.PAIRING.without
    return without


def test_launches_are_paired_by_meaning_with_what_the_package_holds(
    newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.holds_verdicts_on(*RIVALS)
    newsroom.follows("/feed", a_product_hunt_feed(LAUNCH))
    newsroom.collects()
    wiring.tick(newsroom.parts, "pair")  # the clock is wound up on Sunday
    if PACKAGE not in os.environ:
        (tmp_path / "sitecustomize.py").write_text(REFUSES.format(without=left_out()))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    url = newsroom.sessions.kw["bind"].url.render_as_string(hide_password=False)
    environment = {
        "DIGEST_DATABASE_URL": url,
        "DIGEST_SECRET_KEY": "a key of the functions that is long enough",
        "DIGEST_OUTBOX": str(tmp_path / "outbox"),
        "DIGEST_ALLOW_PRIVATE_FEEDS": "127.0.0.1",
    }
    with function("digest.lambdas.clock", environment, seconds=300) as clock:
        assert clock({"job": "pair"}) == "1 of 1 launches paired"
    with reading(newsroom.sessions) as session:
        assert session.scalar(select(func.count()).select_from(EmbeddingRow))
