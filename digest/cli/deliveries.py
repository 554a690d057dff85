"""What became of the messages to one reader, and what nobody could read."""

import click

from db.engine import reading
from db.store import events, readers, unreadable_events
from db.store.events import Line, Said
from digest import wiring
from digest.cli.terminal import count, table, with_parts
from digest.errors import NotFoundError
from digest.readers.addresses import address

MOST = 50  # unreadable events shown
WIDE = 100  # characters of each


@click.command()
@click.option("--email", metavar="ADDRESS", help="Show one reader's history.")
@click.option("--unreadable", is_flag=True, help="Show events that nobody could read.")
@with_parts
def deliveries(parts: wiring.Parts, email: str | None, unreadable: bool) -> None:
    """Show what was sent to a reader and what the mail service said of it."""
    if bool(email) == unreadable:
        raise click.UsageError("say --email ADDRESS or --unreadable")
    if email:
        _show_reader(parts, email)
    else:
        _show_unreadable(parts)


def _show_reader(parts: wiring.Parts, email: str) -> None:
    key = address(email).key
    with reading(parts.sessions) as session:
        reader = readers.subscriber_by_key(session, key)
        if reader is None:
            raise NotFoundError("subscriber", email)
        sent, said = events.deliveries_of(session, reader.id), events.events_of(session, reader.id)
        reason = readers.suppressed(session, [parts.signing.address_hash(key)])
    click.echo(f"{reader.email} is {reader.state.value}")
    for why in reason.values():
        click.echo(f"  suppressed: {why}")
    for one in sent:
        _show(one, [event for event in said if event.delivery == one.number])
    _tell([event for event in said if event.delivery is None], "mails of no issue")
    if not sent and not said:
        click.echo("  nothing was sent to them")


def _show(one: Line, said: list[Said]) -> None:
    state = one.state.value + (f" ({one.reason})" if one.reason else "")
    click.echo(f"{one.issue}: {state}, {count(one.attempt, 'attempt')}")
    if one.message_id:
        click.echo(f"  message id {one.message_id}")
    if one.copies > 1:
        click.echo(f"  {one.copies} messages were accepted: they got it more than once")
    _tell(said)


def _tell(said: list[Said], heading: str = "") -> None:
    if said and heading:
        click.echo(f"{heading}:")
    for event in said:
        more = " ".join(str(text) for text in event.detail.values())
        told = f"{event.kind}: {event.meaning.value}" if more else event.kind
        click.echo(f"  {event.at:%Y-%m-%d %H:%M} {told} {more}".rstrip())


def _show_unreadable(parts: wiring.Parts) -> None:
    with reading(parts.sessions) as session:
        found = unreadable_events.unreadable(session, MOST)
        total = unreadable_events.count_unreadable(session)
    rows = [
        (f"{at:%Y-%m-%d %H:%M}", reason, " ".join(body.split())[:WIDE])
        for at, reason, body in found
    ]
    table(rows, ("came", "reason", "begins"))
    click.echo(count(total, "unreadable event"))


COMMANDS = (deliveries,)
