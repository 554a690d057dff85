"""A command that shows people what readers will see."""

from pathlib import Path

import click

from db.engine import reading
from db.store import issues as store
from digest import preview as taking
from digest import wiring
from digest.cli.issue import SAMPLE_READER
from digest.cli.terminal import with_parts
from digest.errors import NotAllowedError
from digest.markers import Marker
from digest.readers.addressing import confirmed_on, filled
from digest.readers.links import Purpose


@click.command()
@click.argument("name", metavar="ISSUE")
@click.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for the pictures.",
)
@with_parts
def preview(parts: wiring.Parts, name: str, out: Path) -> None:
    """Take pictures of an issue's mail: at 640 and 375 pixels, in light and dark."""
    with reading(parts.sessions) as session:
        issue = store.issue(session, name)
    if issue.rendering is None:
        raise NotAllowedError(f"preview {name}", ("it has no rendering",))
    values = {
        Marker.READER: parts.signing.token(SAMPLE_READER, Purpose.LEAVE),
        Marker.CONFIRMED_ON: confirmed_on(parts.publication, parts.clock().date()),
    }
    html = filled(issue.rendering.html, values)
    out.mkdir(parents=True, exist_ok=True)
    browser = taking.chromium()
    files = taking.pictures(html, out, browser) if browser else taking.pages(html, out)
    for file in files:
        click.echo(file)
    if browser is None:
        click.echo("pictures need Chromium (on Debian, `apt install chromium`); these are pages")


COMMANDS = (preview,)
