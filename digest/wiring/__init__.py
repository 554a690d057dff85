"""Choose the parts: the one room that knows the settings and every other room."""

from digest.wiring.clock import JOBS, jobs, send_due, send_issue, take_events, tick, work
from digest.wiring.house import (
    key_file,
    keys,
    make_key,
    publication,
    template_sources,
    weekly_rule,
)
from digest.wiring.parts import Parts, assemble, embedder_of
from digest.wiring.services import TRANSPORTS, bulk_of, fetcher, suppression_list

__all__ = [
    "JOBS",
    "TRANSPORTS",
    "Parts",
    "assemble",
    "bulk_of",
    "embedder_of",
    "fetcher",
    "jobs",
    "key_file",
    "keys",
    "make_key",
    "publication",
    "send_due",
    "send_issue",
    "suppression_list",
    "take_events",
    "template_sources",
    "tick",
    "weekly_rule",
    "work",
]
