"""The API as botocore's own model describes it: which call is meant, and what is wrong with it.

boto3 checks few of the model's rules before it sends; SES checks them all.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, unquote

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape

OPERATIONS = (
    "SendEmail",
    "SendBulkEmail",
    "GetAccount",
    "PutSuppressedDestination",
    "GetSuppressedDestination",
    "DeleteSuppressedDestination",
    "ListSuppressedDestinations",
)
COMMON = {  # errors of every service, with their HTTP status
    "MissingAuthenticationTokenException": 403,
    "SerializationException": 400,
    "UnknownOperationException": 404,
}
PLACE = re.compile(r"\{(\w+)\}")
TYPES: Mapping[str, Any] = {
    "string": str,
    "structure": dict,
    "map": dict,
    "list": list,
    "boolean": bool,
    "integer": int,
    "blob": bytes,
    "timestamp": (str, int, float),
}
Arguments = dict[str, Any]


class ApiError(Exception):
    """An answer that boto3 raises as a ClientError of this code."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{code}: {message}")

    @property
    def status(self) -> int:
        if self.code in COMMON:
            return COMMON[self.code]
        status: int = service_model().shape_for(self.code).metadata["error"]["httpStatusCode"]
        return status


def bad_request(message: str) -> ApiError:
    return ApiError("BadRequestException", message)


def call_of(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The operation a request means, and what its path says; raises ApiError for none of ours."""
    for name, wanted, pattern in _routes():
        if wanted == method and (found := pattern.fullmatch(path)):
            return name, {key: unquote(value) for key, value in found.groupdict().items()}
    raise ApiError("UnknownOperationException", f"{method} {path} is not played here")


def arguments(name: str, path: Mapping[str, str], query: str, body: Any) -> Arguments:
    """One call's arguments from where they stand; raises ApiError for the first rule broken."""
    shape = _operation(name).input_shape
    if not isinstance(body, dict):
        raise bad_request("the body is no JSON object")
    given = {**body, **path, **_asked(shape, query)} if shape else {}
    if shape and not _check(name)(given):
        for complaint in complaints(shape, given, ""):
            raise bad_request(f"1 validation error detected: {complaint}")
    return given


def complaints(shape: Shape, value: Any, where: str) -> Iterator[str]:
    """What the model objects to in a value, depth first. Blobs are decoded on the way."""
    if not isinstance(value, TYPES[shape.type_name]):
        yield f"{where}: a {shape.type_name} is wanted"
        return
    yield from _bounds(shape, value, where)
    match shape.type_name:
        case "structure":
            yield from _members(shape, value, where)
        case "list":
            for number, item in enumerate(value):
                yield from complaints(shape.member, item, f"{where}.member.{number + 1}")


def _members(shape: Shape, value: Arguments, where: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"{where}.{name}: Member must not be null".lstrip(".")
    for name, member in shape.members.items():
        if value.get(name) is None:
            continue
        inside = f"{where}.{name}".lstrip(".")
        if member.type_name == "blob" and isinstance(value[name], str):
            try:
                value[name] = base64.b64decode(value[name], validate=True)
            except binascii.Error:
                yield f"{inside}: is not base64"
                continue
        yield from complaints(member, value[name], inside)


def _bounds(shape: Shape, value: Any, where: str) -> Iterator[str]:
    rules = shape.metadata
    size = value if shape.type_name == "integer" else len(value) if hasattr(value, "__len__") else 0
    unit = "value" if shape.type_name == "integer" else "length"
    failed = f"{where}: Member must"
    if "min" in rules and size < rules["min"]:
        yield f"{failed} have {unit} greater than or equal to {rules['min']}"
    if "max" in rules and size > rules["max"]:
        yield f"{failed} have {unit} less than or equal to {rules['max']}"
    if "pattern" in rules and not re.fullmatch(rules["pattern"], value):
        yield f"{failed} satisfy regular expression pattern: {rules['pattern']}"
    if getattr(shape, "enum", []) and value not in shape.enum:
        yield f"{failed} satisfy enum value set: [{', '.join(shape.enum)}]"


@lru_cache
def _check(name: str) -> Callable[[Any], bool]:
    return _checking(_operation(name).input_shape)


def _checking(shape: Shape) -> Callable[[Any], bool]:
    """Whether `complaints` surely has none, told faster: fifty readers' values are a lot to look
    at. False where a blob is to be decoded."""
    kind, within = TYPES[shape.type_name], _within(shape)
    if shape.type_name == "blob":
        return lambda _: False
    if shape.type_name == "list":
        item = _checking(shape.member)
        return lambda value: isinstance(value, kind) and within(value) and all(map(item, value))
    if shape.type_name != "structure":
        return lambda value: isinstance(value, kind) and within(value)
    required = tuple(shape.required_members)
    members = {name: _checking(member) for name, member in shape.members.items()}

    def fits(value: Any) -> bool:
        if not isinstance(value, dict) or any(value.get(name) is None for name in required):
            return False
        for name, one in value.items():
            if one is not None and name in members and not members[name](one):
                return False
        return True

    return fits


def _within(shape: Shape) -> Callable[[Any], bool]:
    bounded = not {"min", "max", "pattern"}.isdisjoint(shape.metadata) or getattr(shape, "enum", [])
    return (lambda value: not any(_bounds(shape, value, ""))) if bounded else lambda _: True


def _asked(shape: Shape, query: str) -> Arguments:
    """What the query string says, under the names of the arguments."""
    found = parse_qs(query)
    return {
        name: _typed(member, found[member.serialization["name"]])
        for name, member in shape.members.items()
        if member.serialization.get("location") == "querystring"
        and member.serialization["name"] in found
    }


def _typed(member: Shape, values: list[str]) -> Any:
    if member.type_name == "list":
        return values
    if member.type_name == "integer" and values[0].isdecimal():
        return int(values[0])
    return values[0]


@lru_cache(1)
def service_model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("sesv2", "service-2"), "sesv2")


@lru_cache
def _operation(name: str) -> OperationModel:
    return service_model().operation_model(name)


@lru_cache(1)
def _routes() -> list[tuple[str, str, re.Pattern[str]]]:
    found = []
    for name in OPERATIONS:
        http = _operation(name).http
        pattern = PLACE.sub(r"(?P<\1>[^/]+)", http["requestUri"])
        found.append((name, http["method"], re.compile(pattern)))
    return found
