"""Is this deployment fit for its work? One line a check."""

from collections.abc import Callable, Mapping
from email.utils import parseaddr

import click

from db.engine import reading
from db.store import editors, launches, tools
from digest import wiring
from digest.cli.terminal import count, table, with_parts
from digest.delivery.findings import Finding, Level
from digest.errors import NotAllowedError, ServiceError
from digest.model import Halted
from digest.operations import obstacle
from digest.settings import NAMES, NO_EMBEDDER, Settings

FEW = 200  # verdicts, below which most launches have no rival among them


def _database(parts: wiring.Parts) -> Finding:
    reason = obstacle(parts.sessions)
    return Finding(Level.FAULT, reason) if reason else Finding(Level.OK, "answers, with our schema")


def _team(parts: wiring.Parts) -> Finding:
    with reading(parts.sessions) as session:
        team = editors.editors(session)
    publishers = sum(editor.may_publish for editor in team)
    if publishers < parts.settings.approvers:
        said = f"{count(publishers, 'person', 'people')} may approve"
        needed = f"{parts.settings.approvers} must be there"
        add = "`digest editors add EMAIL --role publisher`"
        return Finding(Level.FAULT, f"{said}, {needed}; {add}")
    return Finding(Level.OK, f"{count(publishers, 'publisher')} of {len(team)}")


def _feeds(parts: wiring.Parts) -> Finding:
    with reading(parts.sessions) as session:
        feeds = launches.feeds(session)
    failing = sum(bool(feed.failure) for feed in feeds)
    if not feeds:
        return Finding(Level.WARNING, "none is followed; `digest feeds add URL`")
    said = f"{count(len(feeds), 'feed')}, {failing} failing"
    return Finding(Level.WARNING if failing else Level.OK, said)


def _verdicts(parts: wiring.Parts) -> Finding:
    with reading(parts.sessions) as session:
        judged = sum(tool.verdict is not None for tool in tools.tools(session))
    if judged < FEW:
        return Finding(Level.WARNING, f"{judged}: most launches find a rival only from {FEW} on")
    return Finding(Level.OK, str(judged))


def _meaning(parts: wiring.Parts) -> Finding:
    if parts.embed:
        return Finding(Level.OK, f"launches are paired by words and meaning ({parts.embed.model})")
    level = Level.OK if parts.settings.embedder == NO_EMBEDDER else Level.WARNING
    said = "launches are paired by words alone"
    return Finding(level, said if level is Level.OK else f"{said}: the extra `semantic` is missing")


def _own_words(parts: wiring.Parts) -> Finding:
    """What every mail carries must not be the example's."""
    names = ("base_url", "sender", "list_id", "postal_address")
    untouched = [
        NAMES[name] for name in names if getattr(parts.settings, name) == getattr(Settings(), name)
    ]
    if untouched:
        return Finding(Level.WARNING, f"still the example's: {', '.join(untouched)}")
    return Finding(Level.OK, "all set")


def _sending(parts: wiring.Parts) -> Finding:
    chosen = parts.settings
    if chosen.transport == "outbox":
        return Finding(Level.OK, f"into the Maildir {chosen.outbox}: no reader gets mail")
    if chosen.transport == "smtp":
        return Finding(Level.OK, "through a mail server")
    if not chosen.ses_configuration_set:
        lacking = f"{NAMES['ses_configuration_set']} is not set"
        return Finding(Level.WARNING, f"{lacking}: SES will tell of no bounce and no complaint")
    return _ses()


def _ses() -> Finding:
    from digest.delivery.ses_account import UNLIMITED, standing  # loads boto3, as `wiring` says

    account = standing()
    if isinstance(account, Halted):
        return Finding(Level.FAULT, f"Amazon SES: {account.reason}")
    if not account.enabled or account.health == "SHUTDOWN":
        return Finding(Level.FAULT, "Amazon SES: sending is paused for this account")
    if not account.production:
        return Finding(Level.WARNING, "Amazon SES: in the sandbox, only verified readers get mail")
    daily = "any number" if account.per_day == UNLIMITED else f"{account.per_day:,.0f}"
    said = f"Amazon SES: {account.per_second:g} a second, {account.sent:,.0f} of {daily} today"
    healthy = account.health == "HEALTHY"
    return Finding(
        Level.OK if healthy else Level.WARNING, said if healthy else f"{said}; on probation"
    )


def _domain(chosen: Settings, nameserver: str) -> Mapping[str, Finding]:
    """What SES and the DNS know of the domain that our mail comes from."""
    from digest.delivery import sender_domain  # loads boto3

    domain = parseaddr(chosen.sender)[1].partition("@")[2].lower()
    try:
        ask = sender_domain.resolver(nameserver)
        if chosen.transport == "ses":
            return sender_domain.through_ses(ask, domain)
        return sender_domain.through_another(ask, domain)
    except ServiceError as error:
        return {"DNS": Finding(Level.WARNING, f"{error}; SPF, DKIM and DMARC were not looked at")}


CHECKS: Mapping[str, Callable[[wiring.Parts], Finding]] = {
    "database": _database,
    "team": _team,
    "feeds": _feeds,
    "verdicts": _verdicts,
    "model": _meaning,
    "publication": _own_words,
    "sending": _sending,
}


@click.command()
@click.option(
    "--dns/--no-dns", default=None, help="Look the domain's records up; usual where SES sends."
)
@click.option("--nameserver", default="", metavar="ADDRESS", help="Ask this one, not the system's.")
@with_parts
def doctor(parts: wiring.Parts, dns: bool | None, nameserver: str) -> None:
    """Tell whether this deployment is fit for its work, and what it lacks."""
    found = {name: check(parts) for name, check in CHECKS.items()}
    if parts.settings.transport == "ses" if dns is None else dns:
        found |= _domain(parts.settings, nameserver)
    table(
        [(name, one.level.value, one.said) for name, one in found.items()], ("check", "", "finding")
    )
    faults = tuple(f"{name}: {one.said}" for name, one in found.items() if one.level is Level.FAULT)
    if faults:
        raise NotAllowedError("go on like this", faults)


COMMANDS = (doctor,)
