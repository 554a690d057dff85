"""Clients of AWS for calls that may be repeated; sending mail is none of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from digest.errors import ServiceError


def client(service: str, region: str | None = None) -> Any:
    """A client set up the way boto3 is, by the environment; without a region it is the usual one.

    Raises ServiceError when AWS is not set up here.
    """
    # Not above: these take half a second, and most commands talk to no service.
    import boto3
    from botocore.config import Config

    patient = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard"})
    with answering(service):
        return boto3.client(service, region_name=region, config=patient)


@contextmanager
def answering(service: str) -> Iterator[None]:
    """Tell what goes wrong inside in our own words."""
    try:
        yield
    except ClientError as error:
        said = error.response.get("Error", {})
        raise ServiceError(service, f"{said.get('Code')}: {said.get('Message')}") from error
    except BotoCoreError as error:
        raise ServiceError(service, str(error)) from error
