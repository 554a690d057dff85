"""The site, put together. Apart from the other parts, for it takes a third of the memory of them
all, and a process that only sends has no use for it."""

from digest.delivery.insisting import Insisting
from digest.settings import seen
from digest.subscriptions import Invitations
from digest.web import Site, Trust
from digest.wiring.house import template_sources, weekly_rule
from digest.wiring.parts import Parts
from digest.wiring.services import webhook


def site(parts: Parts) -> Site:
    """What the web is handed."""
    return Site(
        sessions=parts.sessions,
        clock=parts.clock,
        signing=parts.signing,
        publication=parts.publication,
        templates=template_sources(parts.settings),
        invitations=Invitations(
            parts.clock,
            parts.signing,
            Insisting(parts.post),
            parts.publication,
            parts.templates,
            parts.settings.disposable,
        ),
        metrics_token=parts.settings.metrics_token,
        allowance=parts.allowance,
        settings_seen=seen(parts.settings),
        webhook=webhook(parts.settings),
        trust=Trust(parts.settings.trusted_hosts, parts.settings.trusted_proxies),
        approvers=parts.settings.approvers,
        minimum=parts.settings.minimum_comparisons,
        zone=parts.settings.timezone,
        rule=weekly_rule(parts.settings),
        embed=parts.remembering,
    )
