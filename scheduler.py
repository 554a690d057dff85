"""Door: every job on its clock, in one process.

APScheduler only ticks, in UTC and from memory. What is due is decided by `digest.jobs.due` from
the rule, the zone and what the database says ran, so a restart, a second scheduler or a change of
the clocks runs no period twice and loses none.
"""

import logging
import os
import signal
import sys
from threading import Event

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, JobEvent
from apscheduler.schedulers.background import BackgroundScheduler

from digest import logs, settings, wiring
from digest.errors import DigestError

TICK_SECONDS = 20
log = logging.getLogger("scheduler")


def start(parts: wiring.Parts) -> BackgroundScheduler:
    """Start ticking in threads of their own; `shutdown()` waits for running jobs."""
    clock = BackgroundScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    clock.add_listener(_tell, EVENT_JOB_ERROR | EVENT_JOB_MAX_INSTANCES)
    for name in wiring.jobs(parts.settings):
        clock.add_job(_tick, "interval", seconds=TICK_SECONDS, args=[parts, name], id=name)
    clock.start()
    return clock


def _tick(parts: wiring.Parts, name: str) -> None:
    with logs.about(job=name):
        outcome = wiring.tick(parts, name)
        if outcome:
            log.info("%s: %s", name, outcome)


def _tell(event: JobEvent) -> None:
    with logs.about(job=event.job_id):
        if event.code == EVENT_JOB_MAX_INSTANCES:
            log.info("%s is still at work; this tick leaves it alone", event.job_id)
        else:
            log.error("%s failed: %s", event.job_id, event.exception, exc_info=event.exception)


def main() -> int:
    """Run the jobs until SIGTERM or SIGINT."""
    try:
        chosen = settings.read(os.environ)
        logs.configure(chosen.log)
        parts = wiring.assemble(chosen)
    except (DigestError, settings.SettingError) as error:
        sys.stderr.write(f"digest: {error}\n")
        return 1
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    clock = start(parts)
    log.info("ticking: %s", ", ".join(wiring.jobs(parts.settings)))
    stop.wait()
    parts.stop.set()
    clock.shutdown(wait=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
