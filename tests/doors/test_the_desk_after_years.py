"""The desk when much lies behind it: no page costs more statements for that."""

from benchmarks import years
from benchmarks.desk import an_admin, pages, statements
from db.engine import open_engine, open_sessions

MOST = 15  # statements
SIZES = {"launches": 160, "issues": 60, "comparisons": 150, "subscribers": 120}
"""Of each more than any page shows at once."""


def test_no_page_of_the_desk_needs_more_than_fifteen_statements(engine_url: str) -> None:
    engine = open_engine(engine_url)
    sessions = open_sessions(engine)
    years.fill(sessions, SIZES["comparisons"], SIZES["subscribers"])
    years.work(sessions, **SIZES)
    with an_admin(sessions) as browser:
        said = statements(engine)
        for path in pages(SIZES["subscribers"]):
            said.clear()
            answer = browser.get(path)
            assert (answer.status, len(said) <= MOST) == (200, True), (path, said)
    engine.dispose()
