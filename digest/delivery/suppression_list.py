"""The list of suppressed addresses that Amazon SES keeps: a safety net below our own."""

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from botocore.exceptions import ClientError

from digest.delivery.aws import answering


class Listed(NamedTuple):
    """`reason` is BOUNCE or COMPLAINT."""

    email: str
    reason: str


class SuppressionList(Protocol):
    """Takes one call a second. All raise ServiceError."""

    def put(self, email: str, reason: str) -> None: ...

    def delete(self, email: str) -> None: ...

    def all(self) -> Iterator[Listed]: ...


class SesSuppressionList:
    """A SuppressionList of SES, version 2 of its API."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def put(self, email: str, reason: str) -> None:
        with answering("ses"):
            self._client.put_suppressed_destination(EmailAddress=email, Reason=reason)

    def delete(self, email: str) -> None:
        """Take an address off; one that is not there is fine."""
        with answering("ses"):
            try:
                self._client.delete_suppressed_destination(EmailAddress=email)
            except ClientError as error:
                if error.response["Error"]["Code"] != "NotFoundException":
                    raise

    def all(self) -> Iterator[Listed]:
        token: dict[str, str] = {}
        while True:
            with answering("ses"):
                page = self._client.list_suppressed_destinations(PageSize=1000, **token)
            for one in page.get("SuppressedDestinationSummaries", ()):
                yield Listed(one["EmailAddress"], one["Reason"])
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}
