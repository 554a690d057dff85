"""What a call's content becomes: the bytes that its sender means."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from digest.standin import merging
from digest.standin.api import ApiError, Arguments
from digest.standin.merging import Pairs
from digest.standin.wire import fields, on_the_wire, simple


def merged_entry(
    head: Arguments, content: Arguments, values: Arguments, headers: Pairs, whole: bool
) -> bytes:
    """What SES makes of one entry; unless it is to be `whole`, its parts stay empty."""
    subject = content.get("Subject", "")
    parts = content if whole else {**dict.fromkeys(content, " "), "Subject": subject}
    return simple(head, merging.merged(parts, values), headers)


def wired(
    write: Callable[[bool], bytes],
    message_id: str,
    at: datetime,
    tags: Mapping[str, str],
    whole: bool,
) -> bytes:
    return on_the_wire(write(whole), message_id, at, tags)


def content_of(request: Arguments, content: Arguments) -> bytes:
    if "Raw" in content:
        raw: bytes = content["Raw"]["Data"]
        return raw
    head = head_of(request, request.get("Destination") or {})
    if "Template" in content:
        template = content["Template"]
        if not template.get("TemplateContent"):
            name = template.get("TemplateName") or template.get("TemplateArn")
            raise ApiError("NotFoundException", f"Template {name} does not exist")
        values = merging.data(template.get("TemplateData", ""))
        filled = merging.merged(template["TemplateContent"], values)
        return simple(head, filled, template.get("Headers") or ())
    said = content["Simple"]
    parts = {kind: one["Data"] for kind, one in said["Body"].items() if one}
    return simple(head, {"Subject": said["Subject"]["Data"], **parts}, said.get("Headers") or ())


def head_of(request: Arguments, destination: Arguments) -> dict[str, Sequence[str]]:
    return {
        "From": [request["FromEmailAddress"]],
        "To": destination.get("ToAddresses") or (),
        "Cc": destination.get("CcAddresses") or (),
        "Reply-To": request.get("ReplyToAddresses") or (),
    }


def header(data: bytes, name: str) -> str:
    return next((value for found, value in fields(data) if found.lower() == name), "")


def tags_of(pairs: Pairs) -> dict[str, str]:
    return {pair["Name"]: pair["Value"] for pair in pairs}
