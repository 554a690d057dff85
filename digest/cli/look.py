"""Commands that show people an issue: its words, its checks, its files, its pictures."""

from pathlib import Path

import click

from db.engine import reading
from db.store import issues as store
from digest import desk, preview, wiring
from digest.cli.terminal import with_parts
from digest.errors import NotAllowedError
from digest.issues.preflight import Finding
from digest.markers import Marker
from digest.model import Issue, Rendering
from digest.readers.addressing import confirmed_on, filled, marked, sample

SAMPLE_READER = 0  # no subscriber has this id: links of a sample lead nowhere

to_file = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("name", metavar="ISSUE")
@click.option("--html", type=to_file, help="Write the HTML part to FILE.")
@click.option("--text", type=to_file, help="Write the text part to FILE.")
@click.option("--eml", type=to_file, help="Write a whole message to FILE.")
@click.option("--check", is_flag=True, help="Say what is wrong and how to mend it; 1 if it blocks.")
@with_parts
def show(
    parts: wiring.Parts,
    name: str,
    html: Path | None,
    text: Path | None,
    eml: Path | None,
    check: bool,
) -> None:
    """Show an issue: its words, its checks and its fingerprint. Files show a sample reader's."""
    with reading(parts.sessions) as session:
        issue = store.issue(session, name)
        warnings = desk.warned(session, issue, parts.house, parts.clock())
    _describe(issue)
    for warning in warnings:
        click.echo(f"  warn: {warning}")
    if issue.rendering is None:
        if html or text or eml or check:
            raise NotAllowedError(f"show the mail of {name}", ("it has no rendering",))
        return
    _describe_rendering(issue.rendering)
    _write_sample(parts, issue, issue.rendering, html, text, eml)
    found = desk.findings(issue, parts.publication, parts.clock())
    _tell(found)
    if check:
        _refuse(name, found)


@click.command("preview")
@click.argument("name", metavar="ISSUE")
@click.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for the pictures.",
)
@with_parts
def take_pictures(parts: wiring.Parts, name: str, out: Path) -> None:
    """Take pictures of an issue's mail: at 640 and 375 pixels, in light and dark."""
    issue = _issue(parts, name)
    if issue.rendering is None:
        raise NotAllowedError(f"preview {name}", ("it has no rendering",))
    html = filled(issue.rendering.html, _values(parts))
    out.mkdir(parents=True, exist_ok=True)
    browser = preview.chromium()
    for file in preview.pictures(html, out, browser) if browser else preview.pages(html, out):
        click.echo(file)
    if browser is None:
        click.echo("pictures need Chromium (on Debian, `apt install chromium`); these are pages")


def _issue(parts: wiring.Parts, name: str) -> Issue:
    with reading(parts.sessions) as session:
        return store.issue(session, name)


def _describe(issue: Issue) -> None:
    click.echo(f"{issue.id}  {issue.state.value}" + (f": {issue.reason}" if issue.reason else ""))
    for label, said in (
        ("subject", issue.subject),
        ("preheader", issue.preheader),
        ("version", f"{issue.version}, edited by {issue.edited_by}" if issue.edited_by else ""),
        ("submitted by", issue.submitted_by),
        ("approved by", issue.approved_by),
    ):
        if said:
            click.echo(f"  {label}: {said}")
    for number, item in enumerate(issue.items, 1):
        click.echo(f"  {number}. {item.comparison}")
    for item in issue.tray:
        click.echo(f"  in the tray: {item.comparison} ({item.dropped})")


def _describe_rendering(rendering: Rendering) -> None:
    click.echo(f"  size: {len(rendering.html.encode()) / 1024:.1f} KB of HTML")
    click.echo(f"  fingerprint: {rendering.fingerprint}")


def _tell(found: tuple[Finding, ...]) -> None:
    for finding in found:
        click.echo(f"  {finding.level}: {finding}")
        click.echo(f"    {finding.mend}")


def _refuse(name: str, found: tuple[Finding, ...]) -> None:
    blocking = sum(finding.level == "block" for finding in found)
    if blocking:
        said = "finding blocks it" if blocking == 1 else "findings block it"
        raise NotAllowedError(f"send {name}", (f"{blocking} {said}",))
    click.echo("  check: nothing blocks it")


def _values(parts: wiring.Parts) -> dict[Marker, str]:
    """What stands in a sample reader's mail."""
    return {
        **marked(parts.signing.tokens(SAMPLE_READER)),
        Marker.CONFIRMED_ON: confirmed_on(parts.publication, parts.clock().date()),
    }


def _write_sample(
    parts: wiring.Parts,
    issue: Issue,
    rendering: Rendering,
    html: Path | None,
    text: Path | None,
    eml: Path | None,
) -> None:
    values = _values(parts)
    for file, part in ((html, rendering.html), (text, rendering.text)):
        if file:
            file.write_text(filled(part, values), encoding="utf-8")
    if eml:
        tokens, now = parts.signing.tokens(SAMPLE_READER), parts.clock()
        eml.write_bytes(sample(issue, rendering, parts.publication, tokens, now).data)


COMMANDS = (show, take_pictures)
