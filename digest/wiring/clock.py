"""The jobs table: what runs on the clock, by which rule, and what it does."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from digest.delivery import aws
from digest.delivery.poller import SqsQueue, poll
from digest.desk.deadlines import hold_late, remind
from digest.desk.trouble import tell_of_feeds, tell_of_sign_ups
from digest.issues.calendar import Rule, parse_rule
from digest.issues.deadlines import UNDO
from digest.jobs.collect import collect
from digest.jobs.due import run_if_due
from digest.jobs.fill import Press, close, fill
from digest.jobs.pair import pair
from digest.jobs.send import due
from digest.jobs.tell import tell
from digest.jobs.tidy import tidy
from digest.model import LaunchState
from digest.publishing import announce
from digest.settings import Settings
from digest.subscriptions import mirror_suppressions
from digest.wiring.house import weekly_rule
from digest.wiring.parts import Parts
from digest.wiring.sending import send_due, take_events
from digest.wiring.services import WEBHOOK, fetcher, suppression_list


class Job(NamedTuple):
    """A job on the clock: its rule, what it does for a period, told in a line, and whether these
    settings give it anything to do."""

    rule: Callable[[Settings], Rule]
    run: Callable[[Parts, str], str]
    wanted: Callable[[Settings], bool] = lambda _: True


def always(rule: str) -> Callable[[Settings], Rule]:
    return lambda _: parse_rule(rule)


def _collect(parts: Parts, _: str) -> str:
    reports = collect(
        parts.sessions,
        parts.fetch,
        parts.clock,
        due=True,
        processes=parts.readers,
        backlog=parts.backlog,
    )
    tell_of_feeds(parts.sessions, parts.pen)
    failed = sum(bool(report.failure) for report in reports)
    launches = sum(len(report.launches) for report in reports)
    return f"{len(reports)} feeds, {launches} launches, {failed} failed"


def _pair(parts: Parts, _: str) -> str:
    reports = pair(
        parts.sessions,
        parts.fetch,
        parts.clock,
        embed=parts.embed,
        due=True,
        language=parts.publication.language,
    )
    paired = sum(report.state is LaunchState.PAIRED for report in reports)
    return f"{paired} of {len(reports)} launches paired"


def _fill(parts: Parts, _: str) -> str:
    return fill(parts.sessions, press(parts))


def _draft(parts: Parts, period: str) -> str:
    closed = close(parts.sessions, press(parts), period)
    held = hold_late(parts.sessions, parts.pen)
    return "; ".join([closed, *(f"{name} is held" for name in held)])


def _remind(parts: Parts, _: str) -> str:
    """Hold what came back to its editors after its time, too; whose time it is just now, `draft`
    looks after."""
    held = hold_late(parts.sessions, parts.pen, grace=UNDO)
    reminded = remind(parts.sessions, parts.pen)
    said = [f"{name} is held" for name in held] + [f"reminded of {name}" for name in reminded]
    return "; ".join(said)


def press(parts: Parts) -> Press:
    """What the clock makes issues with."""
    chosen, rule = parts.settings, weekly_rule(parts.settings)
    common = (parts.clock, parts.templates, parts.publication)
    return Press(*common, chosen.timezone, rule, chosen.minimum_comparisons)


def _send(parts: Parts, _: str) -> str:
    if parts.wake is None:
        return "; ".join(send_due(parts))
    names = due(parts.sessions, parts.clock)
    return f"{parts.wake(names)} wake-ups for {', '.join(names)}" if names else ""


def _events(parts: Parts, _: str) -> str:
    queue = SqsQueue(aws.client("sqs"), parts.settings.ses_events_queue_url)
    taken = poll(queue, partial(take_events, parts), parts.stop)
    return f"{taken} events taken in"


def _mirror(parts: Parts, _: str) -> str:
    patience = partial(parts.stop.wait, A_SECOND)
    mirrored = mirror_suppressions(
        parts.sessions, parts.clock, parts.signing, suppression_list(), patience
    )
    return f"{mirrored} suppressions told to SES"


def _tidy(parts: Parts, _: str) -> str:
    tidied = tidy(parts.sessions, parts.clock, parts.retention)
    return (
        f"{tidied.unconfirmed} unconfirmed sign-ups, {tidied.links} links that ran out, "
        f"{tidied.invitations} old invitations, the end of {tidied.addresses} network addresses, "
        f"{tidied.runs} old runs, {tidied.vectors} old vectors, "
        f"{tidied.networks} networks of votes and {tidied.calls} calls to webhooks forgotten"
    )


def _watch(parts: Parts, _: str) -> str:
    told = tell_of_sign_ups(parts.sessions, parts.pen)
    return "told the editors about sign-ups" if told else "nothing to tell"


def _announce(parts: Parts, _: str) -> str:
    if not parts.publication.hub:
        return "no hub to tell"
    told = announce(parts.sessions, parts.fetch, parts.clock, parts.publication)
    return f"{told.feeds} feeds told of, {told.failed} failed"


def _webhooks(parts: Parts, _: str) -> str:
    told = tell(parts.sessions, fetcher(parts.settings, WEBHOOK), parts.clock)
    return f"{told.delivered} events told, {told.failed} not taken" if any(told) else ""


A_SECOND = 1.0  # between two calls about suppressions: SES takes no more

JOBS: Mapping[str, Job] = {
    "collect": Job(always("every 5 minutes"), _collect),
    "pair": Job(always("every 10 minutes"), _pair),
    "announce": Job(always("every 5 minutes"), _announce),
    "fill": Job(always("every 10 minutes"), _fill),
    "draft": Job(weekly_rule, _draft),
    "remind": Job(always("every 5 minutes"), _remind),
    "send": Job(always("every 1 minutes"), _send),
    "webhooks": Job(always("every 1 minutes"), _webhooks),
    "watch": Job(always("every 10 minutes"), _watch),
    "events": Job(
        always("every 1 minutes"), _events, lambda settings: bool(settings.ses_events_queue_url)
    ),
    "mirror": Job(always("every 5 minutes"), _mirror, lambda settings: settings.transport == "ses"),
    "tidy": Job(always("daily 03:30"), _tidy),
}


def jobs(settings: Settings) -> list[str]:
    """The names of the jobs that have something to do."""
    return [name for name, job in JOBS.items() if job.wanted(settings)]


def tick(parts: Parts, name: str) -> str | None:
    """Run one job of the table if it is due."""
    job = JOBS[name]
    return run_if_due(
        parts.sessions,
        parts.clock,
        parts.settings.timezone,
        name,
        job.rule(parts.settings),
        partial(job.run, parts),
    )
