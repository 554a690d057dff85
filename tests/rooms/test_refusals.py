"""One table says what each refusal means, whichever way it came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.delivery.refusals import TABLE, meaning, smtp_meaning
from digest.model import Doubtful, Halted, Receipt, Refused, Throttled
from digest.standin.api import service_model

NOT_VERIFIED = "Email address is not verified. The following identities failed the check"


@pytest.mark.parametrize(
    ("code", "said", "kind"),
    [
        ("ThrottlingException", "Maximum sending rate exceeded.", Throttled),
        ("Throttling", "Maximum sending rate exceeded.", Throttled),
        ("TooManyRequestsException", "", Throttled),
        ("MessageRejected", NOT_VERIFIED, Halted),
        ("MessageRejected", "Sending suspended for this account. Please look", Halted),
        ("BadRequestException", "Missing final '@domain'", Refused),
        ("BadRequestException", "Illegal address: configuration@set.example", Refused),
        ("UnrecognizedClientException", "The security token is invalid.", Halted),
        ("AccessDeniedException", "User is not authorized to perform ses:SendEmail", Halted),
        ("SomethingNew", "that nobody knows", Doubtful),
    ],
)
def test_code_and_words_decide_together(code: str, said: str, kind: type[Receipt]) -> None:
    assert type(meaning(code, said)) is kind


def test_the_days_quota_is_told_from_the_rate() -> None:
    assert meaning("ThrottlingException", "Daily message quota exceeded.") == Throttled(
        "ThrottlingException: Daily message quota exceeded.", daily=True
    )
    assert smtp_meaning(454, "Throttling failure: Daily message quota exceeded.") == Throttled(
        "454: Throttling failure: Daily message quota exceeded.", daily=True
    )


@pytest.mark.parametrize("operation", ["SendEmail", "SendBulkEmail"])
def test_every_error_of_the_api_has_its_meaning(operation: str) -> None:
    for shape in service_model().operation_model(operation).error_shapes:
        assert not isinstance(meaning(shape.name, "anything"), Doubtful), shape.name


def test_every_status_of_a_bulk_call_has_its_meaning() -> None:
    statuses = set(service_model().shape_for("BulkEmailStatus").enum) - {"SUCCESS"}
    in_prose = {
        *("CONFIGURATION_SET_DOES_NOT_EXIST", "TEMPLATE_DOES_NOT_EXIST"),
        "INVALID_PARAMETER_VALUE",
    }
    for status in statuses | in_prose:
        assert not isinstance(meaning(status, "anything"), Doubtful), status
    assert meaning("ACCOUNT_DAILY_QUOTA_EXCEEDED", "") == Throttled(
        "ACCOUNT_DAILY_QUOTA_EXCEEDED", daily=True
    )
    assert isinstance(meaning("ACCOUNT_THROTTLED", ""), Throttled)
    assert isinstance(meaning("ACCOUNT_SENDING_PAUSED", ""), Halted)
    assert isinstance(meaning("MESSAGE_REJECTED", "Address blacklisted."), Refused)


def test_every_row_can_be_reached() -> None:
    for row in TABLE:
        for code in row.codes:
            assert meaning(code, row.words) == row.means(
                f"{code}: {row.words}" if row.words else code
            )


@pytest.mark.parametrize(
    ("code", "said", "receipt"),
    [
        (450, "4.2.0 greylisted", Refused("450: 4.2.0 greylisted", permanent=False)),
        (550, "5.1.1 no such user", Refused("550: 5.1.1 no such user")),
        (535, "5.7.8 bad credentials", Halted("535: 5.7.8 bad credentials")),
        (499, "", Refused("499", permanent=False)),
        (599, "", Refused("599")),
        (250, "ok", Doubtful("250: ok")),
    ],
)
def test_an_smtp_reply_says_enough_by_its_first_digit(
    code: int, said: str, receipt: Receipt
) -> None:
    assert smtp_meaning(code, said) == receipt


@given(st.text(max_size=30), st.text(max_size=60))
def test_what_nobody_knows_is_doubtful(code: str, said: str) -> None:
    known = {known for row in TABLE for known in row.codes}
    if code not in known:
        assert isinstance(meaning(code, said), Doubtful)
