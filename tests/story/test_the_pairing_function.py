"""The function that pairs on AWS does so by meaning, and with what its package holds."""

from pathlib import Path

from sqlalchemy import func, select

from db.engine import reading
from db.tables import EmbeddingRow
from digest import wiring
from tests.functions import function
from tests.newsroom import Newsroom, a_product_hunt_feed
from tests.story.test_sending import LAUNCH, RIVALS


def test_launches_are_paired_by_meaning_with_what_the_package_holds(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    newsroom.holds_verdicts_on(*RIVALS)
    newsroom.follows("/feed", a_product_hunt_feed(LAUNCH))
    newsroom.collects()
    wiring.tick(newsroom.parts, "pair")  # the clock is wound up on Sunday
    url = newsroom.sessions.kw["bind"].url.render_as_string(hide_password=False)
    environment = {
        "DIGEST_DATABASE_URL": url,
        "DIGEST_SECRET_KEY": "a key of the functions that is long enough",
        "DIGEST_OUTBOX": str(tmp_path / "outbox"),
        "DIGEST_ALLOW_PRIVATE_FEEDS": "127.0.0.1",
    }
    with function("digest.lambdas.clock", "pairing", environment, seconds=300) as clock:
        assert clock({"job": "pair"}) == "1 of 1 launches paired"
    with reading(newsroom.sessions) as session:
        assert session.scalar(select(func.count()).select_from(EmbeddingRow))
