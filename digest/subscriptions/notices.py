"""What a topic of Amazon SNS says on the webhook."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from db.engine import Sessions
from digest.delivery.sns import Forged, Topic
from digest.ports import Clock
from digest.readers.links import Signing
from digest.subscriptions.bounces import take

log = logging.getLogger("digest.subscriptions")


@dataclass(frozen=True, slots=True)
class Webhook:
    """The topic we listen to. `confirm` takes the token of a confirmation to SNS itself, and raises
    ServiceError: no address that stands in a notification is ever opened."""

    topic: Topic
    confirm: Callable[[str], None]


def notified(
    sessions: Sessions, clock: Clock, signing: Signing, webhook: Webhook, body: bytes
) -> Forged | None:
    """Take in what our topic says; why not, when it was not our topic that spoke."""
    heard = webhook.topic.verified(body, clock())
    if isinstance(heard, Forged):
        log.warning("a notification was refused: %s", heard.reason)
        return heard
    if heard.type == "SubscriptionConfirmation":
        webhook.confirm(heard.token)
        log.info("the webhook is subscribed to %s", webhook.topic.arn)
    elif heard.type == "UnsubscribeConfirmation":
        log.warning("the webhook is no longer subscribed to %s", webhook.topic.arn)
    else:
        take(sessions, clock, signing, [heard.message])
    return None
