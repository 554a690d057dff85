"""What a mail service's refusal means for us: one table, read from the top.

Sources: the errors of SendEmail and the statuses of SendBulkEmail (SES API v2 reference and
botocore's model of it, whose prose has other names than its enumeration: both are here), the common
errors, "Errors related to the sending quotas" and "SES error messages" of the SES developer guide,
RFC 5321 and RFC 4954 for SMTP. The same words come over both ways, so message and code are matched
together; a row without words takes every message of its codes.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from digest.model import Doubtful, Halted, Receipt, Refused, Throttled

Meaning = Callable[[str], Receipt]

SLOWER: Meaning = Throttled
TOMORROW: Meaning = partial(Throttled, daily=True)
THIS_READER: Meaning = Refused
LATER: Meaning = partial(Refused, permanent=False)
EVERYBODY: Meaning = Halted


class Row(NamedTuple):
    """`words` is in lower case; "" and an empty `codes` match all."""

    codes: frozenset[str]
    words: str
    means: Meaning


def _row(codes: str, words: str, means: Meaning) -> Row:
    return Row(frozenset(codes.split()), words, means)


REJECTED = "MessageRejected MESSAGE_REJECTED"
SES = "ThrottlingException Throttling TooManyRequestsException LimitExceededException"
SMTP_PASSING = "421 450 451 452 454"
TABLE: tuple[Row, ...] = (
    # manage-sending-quotas-errors: SES drops what is above a quota, it never queues.
    _row(f"{SES} 454", "daily message quota exceeded", TOMORROW),
    _row(f"{SES} 454", "maximum sending rate exceeded", SLOWER),
    _row(SES, "", SLOWER),
    _row("ACCOUNT_DAILY_QUOTA_EXCEEDED", "", TOMORROW),
    _row("ACCOUNT_THROTTLED TRANSIENT_FAILURE FAILED", "", SLOWER),
    # What concerns the account or the sender concerns every reader alike.
    _row("AccountSuspendedException SendingPausedException", "", EVERYBODY),
    _row("MailFromDomainNotVerifiedException NotFoundException", "", EVERYBODY),
    _row("ACCOUNT_SUSPENDED ACCOUNT_SENDING_PAUSED", "", EVERYBODY),
    _row("CONFIGURATION_SET_SENDING_PAUSED CONFIGURATION_SET_NOT_FOUND", "", EVERYBODY),
    _row("CONFIGURATION_SET_DOES_NOT_EXIST INVALID_SENDING_POOL_NAME", "", EVERYBODY),
    _row("TEMPLATE_NOT_FOUND TEMPLATE_DOES_NOT_EXIST", "", EVERYBODY),
    _row("MAIL_FROM_DOMAIN_NOT_VERIFIED", "", EVERYBODY),
    _row(f"{REJECTED} 554", "email address is not verified", EVERYBODY),
    _row(f"{REJECTED} 554", "sending suspended", EVERYBODY),
    _row(f"{REJECTED} 554", "sending paused", EVERYBODY),
    _row("BadRequestException 554", "configuration set", EVERYBODY),
    # The common errors of AWS: who we are, not what we send.
    _row("AccessDeniedException AccessDenied NotAuthorized OptInRequired", "", EVERYBODY),
    _row("UnrecognizedClientException InvalidClientTokenId InvalidAccessKeyId", "", EVERYBODY),
    _row("InvalidSignatureException SignatureDoesNotMatch IncompleteSignature", "", EVERYBODY),
    _row("IncompleteSignatureException MissingAuthenticationToken", "", EVERYBODY),
    _row("MissingAuthenticationTokenException ExpiredToken RequestExpired", "", EVERYBODY),
    _row("ExpiredTokenException UnknownOperationException", "", EVERYBODY),
    # RFC 4954: not who we say we are, or not allowed without TLS.
    _row("454", "temporary authentication failure", LATER),
    _row("530 534 535 538", "", EVERYBODY),
    # The rest speaks of this message or this reader.
    _row(f"{REJECTED} BadRequestException ValidationException", "", THIS_READER),
    _row("INVALID_PARAMETER INVALID_PARAMETER_VALUE", "", THIS_READER),
    _row(SMTP_PASSING, "", LATER),
)


def meaning(code: str, said: str) -> Receipt:
    """What an answer means. Doubtful when the table does not know it: then we cannot say either
    that nothing was sent."""
    words = said.lower()
    reason = f"{code}: {said}" if said else code
    for row in TABLE:
        if code in row.codes and row.words in words:
            return row.means(reason)
    return Doubtful(reason)


def smtp_meaning(code: int, said: str) -> Receipt:
    """The same for an SMTP reply, whose first digit says enough where the table is silent
    (RFC 5321, 4.2.1)."""
    known = meaning(str(code), said)
    if not isinstance(known, Doubtful):
        return known
    return Refused(known.reason, permanent=code >= 500) if code >= 400 else known
