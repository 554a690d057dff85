"""The API keeps to its own schema, whatever it is asked: no failure, and no answer that the schema
does not tell of."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from digest.desk.record import Hand
from digest.desk.tokens import issue_token
from digest.model import Scope
from tests.doors.site import LiveSite
from tests.makers import SUNDAY
from tests.web.publication import publish

SCHEMA = "/api/v1/openapi.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def conforming(
    operation: APIOperation[Any, Any, Any, Any], headers: dict[str, str]
) -> Callable[[], None]:
    """Asks an operation for all it says it takes, and for what it says it does not."""

    @settings(max_examples=50, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy())
    def ask(case: Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS, headers=headers)

    return ask


@pytest.mark.slow
def test_the_api_keeps_to_its_schema(site: LiveSite, subtests: pytest.Subtests) -> None:
    publish(site)
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{site.port}{SCHEMA}")
    secret = issue_token(site.sessions, "Schemathesis", tuple(Scope), Hand("nobody", SUNDAY))[1]
    found = list(schema.get_all_operations())
    assert found
    for one in found:
        assert isinstance(one, Ok), one
        operation = one.ok()
        with subtests.test(operation.label):
            conforming(operation, {"Authorization": f"Bearer {secret}"})()
