"""Commands on addresses that must not be mailed."""

import click

from digest import subscriptions, wiring
from digest.cli.terminal import count, table, with_parts

SHOWN = 12  # digits of a hash that tell addresses apart for a person


@click.group("suppression")
def group() -> None:
    """Addresses that must not be mailed."""


@group.command("list")
@with_parts
def list_(parts: wiring.Parts) -> None:
    """Show them: the address while its reader is here, else the beginning of its keyed hash."""
    rows = [
        (
            one.email or f"#{one.address_hash[:SHOWN]}",
            one.reason,
            f"{one.created_at:%Y-%m-%d}",
            "yes" if one.mirrored_at else "",
        )
        for one in subscriptions.suppressions(parts.sessions)
    ]
    table(rows, ("address", "reason", "since", "at SES"))
    click.echo(count(len(rows), "suppressed address", "suppressed addresses"))


@group.command("add")
@click.argument("email")
@with_parts
def add(parts: wiring.Parts, email: str) -> None:
    """Mail an address no more, whoever signs it up."""
    new = subscriptions.suppress(parts.sessions, parts.clock, parts.signing, email)
    click.echo(f"{email} is suppressed" if new else f"{email} was suppressed already")


@group.command("remove")
@click.argument("email")
@with_parts
def remove(parts: wiring.Parts, email: str) -> None:
    """Let an address be mailed again, once its owner signs up and confirms."""
    subscriptions.release(
        parts.sessions, parts.clock, parts.signing, email, wiring.suppression_list
    )
    click.echo(f"{email} may sign up again")


@group.command("sync")
@with_parts
def sync(parts: wiring.Parts) -> None:
    """Take over what Amazon SES suppresses for its account; what is known here stays as it is."""
    listed = wiring.suppression_list().all()
    done = subscriptions.import_suppressions(parts.sessions, parts.clock, parts.signing, listed)
    click.echo(f"{count(done.listed, 'address', 'addresses')} on the list of SES, {done.new} new")


COMMANDS = (group,)
