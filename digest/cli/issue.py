"""Commands on issues: compose, approve, send."""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import click

from db.engine import reading
from db.store import deliveries as ledger
from db.store import events
from db.store import issues as store
from digest import desk, wiring
from digest.cli.terminal import count, progress, table, with_parts
from digest.desk import looking
from digest.desk.timetable import timetable
from digest.errors import NotAllowedError
from digest.issues.composing import Composition
from digest.issues.deadlines import is_late
from digest.issues.timetable import Run
from digest.jobs import draft as drafting
from digest.jobs import send as sending
from digest.model import DeliveryState, IssueState

as_editor = click.option("--as", "email", required=True, metavar="EMAIL", help="The editor.")


@click.command()
@click.option(
    "--period", default="", metavar="WEEK", help="Such as 2026-W47; this week by default."
)
@click.option("--comparison", default="", metavar="SLUG", help="The issue of one comparison.")
@with_parts
def draft(parts: wiring.Parts, period: str, comparison: str) -> None:
    """Compose and render the period's digest, or the issue of one comparison."""
    if period and comparison:
        raise click.UsageError("--period and --comparison exclude each other")
    common = (parts.sessions, parts.clock, parts.templates, parts.publication)
    zone = parts.settings.timezone
    if comparison:
        _tell_draft(drafting.draft_single(*common, zone=zone, slug=comparison))
    else:
        minimum = parts.settings.minimum_comparisons
        _tell_draft(drafting.draft(*common, zone=zone, minimum=minimum, period=period))


def _tell_draft(composed: Composition) -> None:
    issue = composed.issue
    for left in composed.left_out:
        click.echo(f"left out {left.comparison.title}: {left.reason}")
    if issue.state is IssueState.SKIPPED:
        click.echo(f"{issue.id} is skipped: {issue.reason}")
        return
    for number, comparison in enumerate(composed.comparisons, 1):
        click.echo(f"{number}. {comparison.title} [{comparison.outcome}]")
    click.echo(f"{issue.id} is drafted: {issue.subject}")


@click.command()
@with_parts
def issues(parts: wiring.Parts) -> None:
    """Show every issue with its state."""
    with reading(parts.sessions) as session:
        found = store.issues(session)
    rows = [(one.id, one.state.value, len(one.items), one.subject or one.reason) for one in found]
    table(rows, ("issue", "state", "comparisons", "subject"))
    if not rows:
        click.echo("no issues yet; `digest draft` composes one")


@click.command()
@click.argument("name", metavar="ISSUE")
@as_editor
@with_parts
def submit(parts: wiring.Parts, name: str, email: str) -> None:
    """Hand a draft in for review."""
    issue = desk.submit(parts.sessions, parts.pen, parts.house, name, email)
    assert issue.rendering
    click.echo(f"{name} waits for approval; fingerprint {issue.rendering.fingerprint}")


@click.command()
@click.argument("name", metavar="ISSUE")
@as_editor
@click.option(
    "--fingerprint", default="", metavar="F", help="The bytes you saw; refused if changed."
)
@with_parts
def approve(parts: wiring.Parts, name: str, email: str, fingerprint: str) -> None:
    """Approve an issue's bytes; it may go out ten minutes later, or at its time if it has one."""
    issue = desk.approve(parts.sessions, parts.clock, parts.house, name, email, fingerprint)
    assert issue.send_at
    at = issue.send_at.astimezone(parts.settings.timezone)
    late = ", which is after its time" if is_late(issue) else ""
    click.echo(f"{name} is approved; it may go out from {at:%Y-%m-%d %H:%M:%S %Z}{late}")


@click.command("send-back")
@click.argument("name", metavar="ISSUE")
@as_editor
@click.option("--reason", required=True, metavar="R", help="What the writer should change.")
@with_parts
def send_back(parts: wiring.Parts, name: str, email: str, reason: str) -> None:
    """Give an issue back to its writer; within ten minutes of approval this is the undo."""
    desk.send_back(parts.sessions, parts.pen, name, email, reason)
    click.echo(f"{name} is a draft again: {reason}")


@click.command()
@click.argument("name", metavar="ISSUE")
@click.option("--now", is_flag=True, help="Do not wait for the end of the ten minutes of undo.")
@with_parts
def send(parts: wiring.Parts, name: str, now: bool) -> None:
    """Send an approved issue, to each reader once. Interrupted, it goes on where it was."""
    if now:
        desk.send_now(parts.sessions, parts.clock, name)
    with progress("sending", _readers(parts, name)) as step:
        done = sending.send(parts.sessions, parts.office, name, tell=step)
    _tell_counts(name, done.counts)
    if done.waiting:
        raise NotAllowedError(f"finish {name} now", (_why_waiting(done),))


def _why_waiting(done: sending.Progress) -> str:
    held = done.waiting - done.counts.get(DeliveryState.QUEUED, 0)
    if held:
        return f"{held:,} are in the hands of a sender that works or died; try again in a minute"
    return done.why or "the transport refuses mail for now"


def _readers(parts: wiring.Parts, name: str) -> int:
    """About how many messages are still to go: the waiting ones, or all active readers."""
    known = sending.progress(parts.sessions, name)
    return known.waiting or sending.readers_waiting(parts.sessions)


def _tell_counts(name: str, counts: dict[DeliveryState, int]) -> None:
    said = [f"{counts[state]:,} {state.value}" for state in DeliveryState if counts.get(state)]
    click.echo(f"{name}: {', '.join(said) or 'no readers'}")


@click.command()
@click.argument("name", metavar="ISSUE")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.option("--deliveries", type=click.Path(dir_okay=False), help="Write every delivery as CSV.")
@with_parts
def status(parts: wiring.Parts, name: str, as_json: bool, deliveries: str | None) -> None:
    """Show how far the sending of an issue has come."""
    with reading(parts.sessions) as session:
        issue = store.issue(session, name)
        counts, reasons = ledger.counts(session, name), ledger.reasons(session, name)
        duplicates = events.duplicates(session, name)
        rows = list(ledger.listing(session, name)) if deliveries else []
        pace = looking.speed(session, name, parts.clock())
    if deliveries:
        _write_deliveries(deliveries, rows)
    if as_json:
        by_state = {state.value: counts.get(state, 0) for state in DeliveryState}
        told: dict[str, object] = {"issue": name, "state": issue.state, "reason": issue.reason}
        told |= {"deliveries": by_state, "duplicates": duplicates}
        click.echo(json.dumps(told | {"rate": pace.per_second, "eta_seconds": pace.seconds_left}))
        return
    why = f": {issue.reason}" if issue.reason else ""
    click.echo(f"{name} is {issue.state.value}{why}")
    _tell_counts(name, counts)
    if pace.seconds_left is not None:
        left = timedelta(seconds=pace.seconds_left)
        click.echo(f"  {pace.per_second:,.1f} a second in the last minute; ends in about {left}")
    for (state, reason), times in reasons.items():
        click.echo(f"  {count(times, state.value, state.value)}: {reason}")
    if counts.get(DeliveryState.UNKNOWN):
        click.echo("  unknown: they may have it or not, and get no second mail by themselves")
    if duplicates:
        click.echo(f"  {count(duplicates, 'reader')} got it twice: two messages were accepted")


def _write_deliveries(path: str, rows: list[tuple[str, DeliveryState, str, str]]) -> None:
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "state", "message_id", "reason"])
        writer.writerows((email, state.value, number, why) for email, state, number, why in rows)


@click.command()
@click.argument("name", metavar="ISSUE")
@with_parts
def cancel(parts: wiring.Parts, name: str) -> None:
    """Stop an issue for good; who has it keeps it."""
    stopped = desk.cancel(parts.sessions, parts.clock, name)
    click.echo(f"{name} is cancelled; {count(stopped, 'reader')} will not get it")


by_editor = click.option(
    "--as", "email", default=desk.COMMAND_LINE, metavar="EMAIL", help="Who does it."
)


@click.command()
@click.argument("name", metavar="ISSUE")
@by_editor
@with_parts
def pause(parts: wiring.Parts, name: str, email: str) -> None:
    """Stop an issue on its way, within a second, until it is resumed."""
    desk.pause(parts.sessions, parts.clock, name, email)
    left = count(sending.progress(parts.sessions, name).waiting, "reader")
    click.echo(f"{name} is paused; {left} wait for `digest resume {name}`")


@click.command()
@click.argument("name", metavar="ISSUE")
@by_editor
@with_parts
def resume(parts: wiring.Parts, name: str, email: str) -> None:
    """Let a paused issue go on; the job `send` takes it up, or `digest send`."""
    desk.resume(parts.sessions, parts.clock, name, email)
    click.echo(f"{name} goes on")


@click.command()
@click.argument("name", metavar="ISSUE")
@click.option(
    "--unknown",
    type=click.Choice(["resend", "give-up"]),
    default="give-up",
    show_default=True,
    help="What becomes of them; who has it already would get it twice.",
)
@as_editor
@with_parts
def resolve(parts: wiring.Parts, name: str, unknown: str, email: str) -> None:
    """Decide on deliveries of which nobody has known for half an hour whether they left."""
    resend = unknown == "resend"
    settled = desk.resolve(parts.sessions, parts.clock, name, email, resend=resend)
    done = "sent again" if resend else "given up"
    click.echo(f"{name}: {count(settled, 'delivery', 'deliveries')} {done}")


@click.command()
@with_parts
def schedule(parts: wiring.Parts) -> None:
    """Show when the next issues go out, and what every job on the clock does next."""
    zone, rule = parts.settings.timezone, wiring.weekly_rule(parts.settings)
    told = timetable(parts.sessions, parts.clock, rule, zone)

    def local(at: datetime) -> str:
        return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"

    for one in told.late:
        click.echo(f"{one.id} is held: {one.held}")
    runs = [
        (run.period, local(run.at), issue.state.value if issue else "nothing yet", _moved(run))
        for run, issue in told.runs
    ]
    table(runs, ("ISSUE", "GOES OUT", "NOW", ""))
    jobs = [(one.job, one.rule, local(one.next_at), one.outcome) for one in told.jobs]
    table(jobs, ("JOB", "RULE", "NEXT", "LAST TIME"))


def _moved(run: Run) -> str:
    if not run.shift:
        return ""
    return f"clocks go {'forward' if run.shift > timedelta() else 'back'} before it"


COMMANDS = (
    *(draft, issues, submit, approve, send_back, send, status, cancel, pause, resume, resolve),
    schedule,
)
