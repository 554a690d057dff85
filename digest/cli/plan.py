"""Command: what an issue to so many readers would take."""

import click

from digest.cli.terminal import count, table
from digest.delivery.pace import SHARE
from digest.jobs.pacing import RESERVE
from digest.planning import Account, Cost, Plan, spoken
from digest.planning import plan as planned


@click.command()
@click.option("--subscribers", required=True, type=click.IntRange(1, 10**9), help="Readers.")
@click.option(
    "--rate", required=True, type=click.FloatRange(0.1, 1e5), help="Mails a second SES allows."
)
@click.option(
    "--daily",
    default=50_000,
    show_default=True,
    type=click.IntRange(1, 10**10),
    help="Mails in 24 hours that SES allows.",
)
@click.option("--senders", default=2, show_default=True, type=click.IntRange(1, 100))
def plan(subscribers: int, rate: float, daily: int, senders: int) -> None:
    """Reckon how long an issue takes, where it stops, what it costs on AWS, what to raise first.

    `digest doctor` shows what the account allows today.
    """
    told = planned(subscribers, Account(rate, daily, SHARE, RESERVE), senders)
    for line in lines(told):
        click.echo(line)
    click.echo()
    table([_row(cost) for cost in told.costs], ("cost", "", "source"))


def lines(told: Plan) -> list[str]:
    readers = count(told.readers, "reader")
    stops = "no stop" if not told.stops else count(told.stops, "stop")
    return [
        f"{readers} at {told.per_second:,.1f} a second: {spoken(told.at_work)} of sending",
        f"{told.a_day:,.0f} a day for issues: {stops}, {spoken(told.in_all)} in all",
        f"raise first: {told.raise_first}",
    ]


def _row(cost: Cost) -> tuple[str, str, str]:
    each = "a month" if cost.monthly else "an issue"
    return cost.what, f"${cost.dollars:,.2f} {each}", cost.source


COMMANDS = (plan,)
