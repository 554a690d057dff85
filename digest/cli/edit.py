"""Commands that change an issue, and tell what was changed."""

import sys
from collections.abc import Sequence

import click

from db.engine import reading
from db.store import issues as store
from digest import desk, wiring
from digest.cli.issue import as_editor
from digest.cli.terminal import count, table, with_parts
from digest.desk.editing import Basis
from digest.errors import NotAllowedError
from digest.issues import rules
from digest.issues.editing import TAKEAWAY, Conflict, Place, Save
from digest.issues.trial import MOST
from digest.model import Issue, Sent

seen_version = click.option(
    "--version",
    type=int,
    metavar="N",
    help="The version you looked at (`digest show` tells); now by default.",
)


@click.command()
@click.argument("name", metavar="ISSUE")
@as_editor
@click.option("--subject", metavar="TEXT", help="A new subject.")
@click.option("--preheader", metavar="TEXT", help="What an inbox shows beside the subject.")
@click.option("--headline", metavar="TEXT", help="The title in the mail.")
@click.option("--intro", metavar="MARKDOWN", help="The introduction; - reads it from stdin.")
@click.option(
    "--takeaway",
    "takeaways",
    nargs=2,
    multiple=True,
    metavar="SLUG TEXT",
    help="What a comparison comes to; an empty text is the one its facts give.",
)
@seen_version
@with_parts
def edit(
    parts: wiring.Parts,
    name: str,
    email: str,
    version: int | None,
    takeaways: Sequence[tuple[str, str]],
    subject: str | None,
    preheader: str | None,
    headline: str | None,
    intro: str | None,
) -> None:
    """Change an issue's words. What was approved must be approved again."""
    if intro == "-":
        intro = sys.stdin.read()
    around = {"subject": subject, "preheader": preheader, "headline": headline, "intro": intro}
    words = {field: text for field, text in around.items() if text is not None}
    words |= {f"{TAKEAWAY}{slug}": text for slug, text in takeaways}
    if not words:
        raise click.UsageError("name at least one text to change")
    save = Save(version=_version(parts, name, version), now=words)
    done = desk.save_words(parts.sessions, parts.pen, name, email, save)
    if isinstance(done, Conflict):
        _refuse(done)
    else:
        _tell(done)


def _version(parts: wiring.Parts, name: str, seen: int | None) -> int:
    if seen is not None:
        return seen
    with reading(parts.sessions) as session:
        return store.issue(session, name).version


def _refuse(conflict: Conflict) -> None:
    issue = conflict.issue
    for clash in conflict.clashes:
        click.echo(f"{clash.field}\n  theirs: {clash.theirs}\n  yours:  {clash.mine}")
    faster = f"{issue.edited_by or 'somebody'} changed it since version {conflict.save.version}"
    raise NotAllowedError(f"save {issue.id}", (f"{faster}; nothing was saved",))


def _tell(issue: Issue) -> None:
    click.echo(f"{issue.id} is a {issue.state.value}, version {issue.version}: {issue.subject}")
    for number, item in enumerate(issue.items, 1):
        click.echo(f"  {number}. {item.comparison}")
    for item in issue.tray:
        click.echo(f"  in the tray: {item.comparison} ({item.dropped})")


@click.group()
def arrange() -> None:
    """Change which comparisons an issue holds, and their order."""


def _basis(parts: wiring.Parts, name: str, email: str, seen: int | None) -> Basis:
    return Basis(name, email, _version(parts, name, seen))


@arrange.command("move")
@click.argument("name", metavar="ISSUE")
@click.argument("slug")
@click.option(
    "--to",
    required=True,
    type=click.Choice([place.value for place in Place]),
    help="Where it goes.",
)
@as_editor
@seen_version
@with_parts
def move(
    parts: wiring.Parts, name: str, slug: str, to: str, email: str, version: int | None
) -> None:
    """Move a comparison up, down or to the lead."""
    basis = _basis(parts, name, email, version)
    _tell(desk.move_comparison(parts.sessions, parts.pen, basis, slug, Place(to)))


@arrange.command("drop")
@click.argument("name", metavar="ISSUE")
@click.argument("slug")
@click.option("--reason", required=True, metavar="R", help="Why readers do not get it.")
@as_editor
@seen_version
@with_parts
def drop(
    parts: wiring.Parts, name: str, slug: str, reason: str, email: str, version: int | None
) -> None:
    """Lay a comparison aside, in the issue's tray."""
    basis = _basis(parts, name, email, version)
    _tell(desk.drop_comparison(parts.sessions, parts.pen, basis, slug, reason))


@arrange.command("restore")
@click.argument("name", metavar="ISSUE")
@click.argument("slug")
@as_editor
@seen_version
@with_parts
def restore(parts: wiring.Parts, name: str, slug: str, email: str, version: int | None) -> None:
    """Bring a comparison back from the tray, to the end."""
    _tell(desk.bring_back(parts.sessions, parts.pen, _basis(parts, name, email, version), slug))


@arrange.command("add")
@click.argument("name", metavar="ISSUE")
@click.argument("a", metavar="TOOL")
@click.argument("b", metavar="TOOL")
@as_editor
@seen_version
@with_parts
def add(parts: wiring.Parts, name: str, a: str, b: str, email: str, version: int | None) -> None:
    """Add the comparison of two tools, at the end; it is made if there is none."""
    basis = _basis(parts, name, email, version)
    _tell(desk.add_comparison(parts.sessions, parts.pen, basis, a, b))


@arrange.command("opponent")
@click.argument("name", metavar="ISSUE")
@click.argument("slug")
@click.argument("tool")
@as_editor
@seen_version
@with_parts
def opponent(
    parts: wiring.Parts, name: str, slug: str, tool: str, email: str, version: int | None
) -> None:
    """Read a comparison's launch against another tool; the old comparison goes to the tray."""
    basis = _basis(parts, name, email, version)
    _tell(desk.pick_opponent(parts.sessions, parts.pen, basis, slug, tool))


@arrange.command("opponents")
@click.argument("slug")
@with_parts
def opponents(parts: wiring.Parts, slug: str) -> None:
    """Show the tools a comparison's launch could be read against instead, best first."""
    ranked = desk.opponents(parts.sessions, slug, parts.remembering).ranked
    rows = [
        (f"{one.score:.2f}", f"{one.confidence:.0%}", one.tool.slug, one.tool.name)
        for one in ranked
    ]
    table(rows, ("score", "sure", "tool", "name"))
    if not rows:
        click.echo("no other tool with a verdict is near enough to be ranked")


@click.command()
@click.argument("name", metavar="ISSUE")
@with_parts
def changes(parts: wiring.Parts, name: str) -> None:
    """Show what has changed in an issue since it was last approved."""
    since = desk.since_approval(parts.sessions, name)
    if since is None:
        click.echo(f"{name} was never approved")
        return
    given = since.approval
    click.echo(f"approved by {given.editor} at {given.created_at:%Y-%m-%d %H:%M:%S UTC}")
    if given.voided:
        click.echo(f"void since {given.voided_at:%Y-%m-%d %H:%M:%S UTC}: {given.voided}")
    for change in since.changes:
        click.echo(f"{change.field}\n  - {change.before}\n  + {change.after}")
    for line in since.lines:
        click.echo(f"{line.sign} {line.text}")
    if since.same:
        click.echo("every byte is as it was approved")


@click.command("test-send")
@click.argument("name", metavar="ISSUE")
@click.option(
    "--to", required=True, multiple=True, metavar="EMAIL", help=f"Once for each, at most {MOST}."
)
@as_editor
@with_parts
def test_send(parts: wiring.Parts, name: str, to: Sequence[str], email: str) -> None:
    """Mail an issue to a few addresses as a test, which it says in its subject and above."""
    receipts = desk.send_test(parts.sessions, parts.pen, parts.signing, name, email, to)
    lost = [(address, said.reason) for address, said in receipts if not isinstance(said, Sent)]
    for address, reason in lost:
        click.echo(f"{address}: {reason}")
    if lost:
        raise NotAllowedError(f"test {name}", (f"{count(len(lost), 'mail')} could not be sent",))
    click.echo(f"{name} was sent as a test to {', '.join(address for address, _ in receipts)}")


@click.command("rules")
def list_rules() -> None:
    """List the rules of approval, and the reason for each."""
    for level, listed in (("block", rules.RULES), ("warn", rules.WARNINGS)):
        for rule in listed:
            click.echo(f"{level}  {rule.__name__.replace('_', ' ')}\n    {rules.reason(rule)}")


COMMANDS = (edit, arrange, changes, test_send, list_rules)
