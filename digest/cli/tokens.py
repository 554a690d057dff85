"""Commands on the tokens of programs."""

import click

from digest import wiring
from digest.cli.terminal import table, with_parts
from digest.desk import team
from digest.desk import tokens as desk
from digest.desk.record import Hand
from digest.model import Scope


@click.group()
def tokens() -> None:
    """Tokens of programs that use the API."""


@tokens.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    required=True,
    help="What it may do; as often as needed.",
)
@with_parts
def add_token(parts: wiring.Parts, name: str, scopes: tuple[str, ...]) -> None:
    """Issue a token and write its secret to stdout, this once."""
    hand = Hand(team.COMMAND_LINE, parts.clock())
    _, secret = desk.issue_token(parts.sessions, name, [Scope(one) for one in scopes], hand)
    click.echo(secret)


@tokens.command("list")
@with_parts
def list_tokens(parts: wiring.Parts) -> None:
    """Show every token, and which of them were revoked."""
    found = [
        (
            str(one.id),
            one.name,
            " ".join(one.scopes),
            one.used_at.isoformat(timespec="minutes") if one.used_at else "never",
            "revoked" if one.revoked_at else "works",
        )
        for one in desk.tokens(parts.sessions)
    ]
    table(found, ("number", "name", "scopes", "used", "state"))


@tokens.command("revoke")
@click.argument("number", type=int)
@with_parts
def revoke_token(parts: wiring.Parts, number: int) -> None:
    """Let a token open nothing from now on; `list` shows the numbers."""
    hand = Hand(team.COMMAND_LINE, parts.clock())
    click.echo(f"{desk.revoke_token(parts.sessions, number, hand)} is revoked")


COMMANDS = (tokens,)
