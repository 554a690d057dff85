"""What our stand-in for SES has in common with others that were written without it.

Each player is asked what it can do: moto keeps raw mails, aws-ses-v2-local merges templates.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from botocore.exceptions import ClientError

from digest.delivery.bulk import BulkSes
from digest.delivery.ses import ASKING, Client, Ses, client
from digest.markers import Marker
from digest.model import Rendering, Sent
from digest.readers.addressing import filled
from digest.readers.merging import Merging
from tests.doors.players import SENDER, Player, local, moto, ours
from tests.makers import SUNDAY, a_publication, an_issue
from tests.pure.test_addressing import TOKENS, VALUES, a_delivery
from tests.standin import a_message

Open = Callable[[pytest.MonkeyPatch], AbstractContextManager[Player]]

RAW = pytest.mark.parametrize("player", [ours, moto], indirect=True)
MERGING = pytest.mark.parametrize("player", [ours, local], indirect=True)
ALL = pytest.mark.parametrize("player", [ours, moto, local], indirect=True)


@pytest.fixture
def player(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Player]:
    opened: Open = request.param
    with opened(monkeypatch) as playing:
        yield playing


@pytest.fixture
def ses(player: Player) -> Client:
    return client(ASKING)


@ALL
def test_our_transport_hands_mails_over(player: Player) -> None:
    readers = [f"reader-{number}@inbox.example" for number in range(5)]
    receipts = Ses()([a_message(to, number) for number, to in enumerate(readers)])
    arrived = {mail.message_id: mail for mail in player.arrived()}
    assert len(arrived) == 5
    for receipt, reader in zip(receipts, readers, strict=True):
        assert isinstance(receipt, Sent)
        assert arrived[receipt.message_id].to == [reader]
        assert arrived[receipt.message_id].text == "Hello."


@RAW
def test_raw_content_is_taken_as_it_is(player: Player) -> None:
    message = a_message(List_Unsubscribe="<https://site.example/unsubscribe/x>")
    Ses()([message])
    [mail] = player.arrived()
    body = message.data.partition(b"\r\n\r\n")[2]
    assert mail.raw.partition(b"\r\n\r\n")[2] == body
    assert mail.headers["list-unsubscribe"] == "<https://site.example/unsubscribe/x>"


@RAW
def test_a_crowd_is_refused_and_a_few_are_not(player: Player, ses: Client) -> None:
    content = {"Raw": {"Data": a_message().data}}
    crowd = [f"reader-{number}@inbox.example" for number in range(51)]
    with pytest.raises(ClientError) as refused:
        ses.send_email(Destination={"ToAddresses": crowd}, Content=content)
    assert refused.value.response["Error"]["Code"] == "MessageRejected"
    ses.send_email(Destination={"ToAddresses": crowd[:3]}, Content=content)
    [mail] = player.arrived()
    assert set(crowd[:3]) <= set(mail.to)


@MERGING
def test_simple_content_keeps_its_headers(player: Player, ses: Client) -> None:
    ses.send_email(
        FromEmailAddress=SENDER,
        Destination={"ToAddresses": ["reader@inbox.example"]},
        Content={
            "Simple": {
                "Subject": {"Data": "Verdicts für Sie"},
                "Body": {"Text": {"Data": "Grüße"}, "Html": {"Data": "<p>Grüße</p>"}},
                "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://site.example/x>"}],
            }
        },
    )
    [mail] = player.arrived()
    assert (mail.subject, mail.text, mail.html) == ("Verdicts für Sie", "Grüße", "<p>Grüße</p>")
    assert mail.headers["list-unsubscribe"] == "<https://site.example/x>"


@MERGING
def test_a_bulk_call_merges_each_readers_values_and_headers(player: Player, ses: Client) -> None:
    names = ("Ada & Co", "<b>")
    results = ses.send_bulk_email(
        FromEmailAddress=SENDER,
        DefaultContent={
            "Template": {
                "TemplateContent": {
                    "Subject": "{{greeting}} {{name}}",
                    "Text": "{{ name }}",
                    "Html": "<p>{{name}}</p>",
                },
                "TemplateData": json.dumps({"greeting": "Hello", "name": "reader"}),
                "Headers": [{"Name": "X-List", "Value": "all"}, {"Name": "X-Own", "Value": "no"}],
            }
        },
        BulkEmailEntries=[
            {
                "Destination": {"ToAddresses": [f"reader-{number}@inbox.example"]},
                "ReplacementEmailContent": {
                    "ReplacementTemplate": {"ReplacementTemplateData": json.dumps({"name": name})}
                },
                "ReplacementHeaders": [{"Name": "X-Own", "Value": str(number)}],
            }
            for number, name in enumerate(names)
        ],
    )["BulkEmailEntryResults"]
    arrived = {mail.message_id: mail for mail in player.arrived()}
    for number, (result, name) in enumerate(zip(results, names, strict=True)):
        assert result["Status"] == "SUCCESS"
        mail = arrived[result["MessageId"]]
        assert mail.to == [f"reader-{number}@inbox.example"]
        assert (mail.subject, mail.text, mail.html) == (f"Hello {name}", name, f"<p>{name}</p>")
        assert (mail.headers["x-list"], mail.headers["x-own"]) == ("all", str(number))


@MERGING
def test_whatever_stands_in_a_mail_its_readers_read_it_as_it_was_approved(player: Player) -> None:
    texts = [f"{a}{b}{c}" for a in BORDERS for b in (*Marker, *HOSTILE) for c in BORDERS]
    text = "\n".join(f"{number}: {one}" for number, one in enumerate(texts))
    rendering = Rendering(subject="{{a}} \\{{b}}", preheader="", html=text, text=text)
    merging = Merging(an_issue(), rendering, a_publication())
    [receipt] = BulkSes()([merging.address(a_delivery(), TOKENS, SUNDAY)])
    assert isinstance(receipt, Sent)
    [mail] = player.arrived()
    read = [part.replace("\r\n", "\n") for part in (mail.subject, mail.text, mail.html)]
    assert read == [rendering.subject, *[filled(text, VALUES).strip()] * 2]
    unsubscribe = f"<https://shiporskip.example/unsubscribe/{TOKENS.leave}>"
    assert mail.headers["list-unsubscribe"] == unsubscribe


BORDERS = ("", "{", "}", "\\", "{{", "}}", "\\\\", *Marker)
HOSTILE = ("{{#if x}}", "{{/if}}", "{{{y}}}", "{%", "{{> z}}", "{{!-- a --}}", "{{~b~}}", "&lt;")
