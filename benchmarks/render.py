"""What rendering an issue and addressing its readers cost, beside npm's mjml and Python's email.

`python -m benchmarks.render --comparisons 6,8 --readers 100000 [--mjml DIR]` renders digests of so
many comparisons of the example tools and prints one line of JSON for each measurement:

- `render`: the whole chain, Jinja to MJML to HTML and the text part; the step from MJML to HTML
  alone; and npm's mjml in Node on the very same MJML, where DIR holds its package.
- `address`: complete messages for so many readers on one core, when everyone gets the whole issue
  and when they chose topics, in such an order that a choice comes back as late as possible. The
  three tokens of a reader are signed beforehand, and timed too. Beside it, an EmailMessage built
  for each reader, and the bare copying of as many bytes as the message has, which nothing that
  hands them over goes below.
- `memory`: what a process that does nothing else ever held for 1,000 readers and for all of them.

Times are of CPU.
"""

import argparse
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from mjml import mjml2html

from benchmarks import npm_mjml
from benchmarks.peak import peak_mb
from benchmarks.synthetic import EXAMPLES
from digest.issues.rendering import Templates, mjml_source, render, templates
from digest.markers import Marker, Topics, topics
from digest.model import Comparison, Delivery, Issue, Item, Rendering
from digest.readers.addressing import Addressing, confirmed_on, filled, marked
from digest.readers.links import Signing, Tokens
from sources.verdicts import read
from tests.makers import SUNDAY, a_comparison, a_publication, an_issue, the_mail_templates

SPAWN = multiprocessing.get_context("spawn")  # a fork would start with this process's memory
PUBLICATION = a_publication(unsubscribe_mailto="leave@shiporskip.example")
SIGNING = Signing(["a key of the benchmark, long enough"])
AT_ONCE = 500  # readers whose values are made before a stretch is timed; a chunk of sending
FEW = 1000  # readers whose memory is compared with that of all
BUILT = 300  # messages that the library builds anew


class Digest(NamedTuple):
    """An issue, and what it is made of."""

    issue: Issue
    comparisons: Sequence[Comparison]
    templates: Templates

    @property
    def rendering(self) -> Rendering:
        return render(self.issue, self.comparisons, PUBLICATION, self.templates)

    @property
    def source(self) -> str:
        return mjml_source(self.issue, self.comparisons, PUBLICATION, self.templates)


class Addressee(NamedTuple):
    """What is needed to address one reader."""

    delivery: Delivery
    tokens: Tokens
    dated: datetime
    topics: Topics


def digest_of(comparisons: int) -> Digest:
    """Of the example tools, each comparison in another category while these last."""
    tools = read(EXAMPLES.name, EXAMPLES.read_bytes()).tools
    sides = [
        (tools[5 * n % len(tools)], tools[(5 * n + 1) % len(tools)]) for n in range(comparisons)
    ]
    shown = [a_comparison(*pair) for pair in sides]
    issue = an_issue(items=tuple(Item(comparison=one.slug) for one in shown))
    return Digest(issue, shown, templates(the_mail_templates()))


# --- rendering -----------------------------------------------------------------------------


def rendered(comparisons: int, seconds: float, npm: Path) -> dict[str, object]:
    digest = digest_of(comparisons)
    source, rendering = digest.source, digest.rendering
    chain = per_second(lambda: digest.rendering, seconds)
    step = per_second(lambda: mjml2html(source, disable_comments=True, fonts={}), seconds)
    theirs = npm_mjml.rendered(source, seconds, npm)
    return {
        "measure": "render",
        "comparisons": comparisons,
        "mjml_bytes": len(source.encode()),
        "html_bytes": len(rendering.html.encode()),
        "text_bytes": len(rendering.text.encode()),
        "chain_per_s": chain,
        "html_per_s": step,
        "npm_mjml": theirs,
        "note": "" if theirs else npm_mjml.NOT_INSTALLED,
        "ratio": {
            "chain": theirs and round(chain / theirs["per_s"], 1),
            "html": theirs and round(step / theirs["per_s"], 1),
        },
    }


def per_second(act: Callable[[], object], seconds: float) -> float:
    act()
    times, began = 0, time.process_time()
    while (spent := time.process_time() - began) < seconds or not times:
        act()
        times += 1
    return round(times / spent, 1)


# --- addressing ----------------------------------------------------------------------------


def addressed(comparisons: int, readers: int) -> dict[str, object]:
    digest = digest_of(comparisons)
    rendering = digest.rendering
    on = topics(rendering.html)
    whole = timed(digest.issue, rendering, addressees(digest.issue, readers, frozenset()))
    chosen = timed(digest.issue, rendering, addressees(digest.issue, readers, on))
    few = list(addressees(digest.issue, BUILT, frozenset()))
    built, copied = built_anew(rendering, few), copying(digest.issue, rendering, few[0])
    return {
        "measure": "address",
        "comparisons": comparisons,
        "readers": readers,
        "topics": len(on),
        "whole": whole,
        "chosen": chosen,
        "email_message": built,
        "copying_per_s": copied,
        "ratio": round(whole["per_s"] / built["per_s"], 1),
    }


def addressees(issue: Issue, readers: int, on: Topics) -> Iterator[Addressee]:
    """Each with a name, dates and a choice of these topics; made as they are asked for."""
    for number in range(readers):
        delivery = Delivery(
            id=number + 1,
            issue=issue.id,
            subscriber=number + 1,
            email=f"reader.{number}@inbox-{number % 97}.example",
            confirmed_at=SUNDAY - timedelta(days=number % 900),
            attempt=1,
        )
        tokens = SIGNING.tokens(number + 1)
        yield Addressee(
            delivery, tokens, SUNDAY + timedelta(seconds=number // 50), wish(number, on)
        )


def wish(number: int, on: Topics) -> Topics:
    """Every choice of topics in turn."""
    return frozenset(topic for place, topic in enumerate(sorted(on)) if number >> place & 1)


def timed(issue: Issue, rendering: Rendering, readers: Iterator[Addressee]) -> dict[str, Any]:
    addressing = Addressing(issue, rendering, PUBLICATION)
    messages, size, spent, signing = 0, 0, 0.0, 0.0
    while some := list(islice(readers, AT_ONCE)):
        began = time.process_time()
        for one in some:
            message = addressing.address(*one)
            size += len(message.data)
        spent += time.process_time() - began
        signing += seconds_of_signing(some)
        messages += len(some)
    return {
        "message_bytes": round(size / messages),
        "per_s": round(messages / spent),
        "per_s_with_signing": round(messages / (spent + signing)),
        "microseconds": round(spent * 1e6 / messages, 1),
        "microseconds_of_signing": round(signing * 1e6 / messages, 1),
    }


def seconds_of_signing(some: Sequence[Addressee]) -> float:
    began = time.process_time()
    for one in some:
        SIGNING.tokens(one.delivery.subscriber)
    return time.process_time() - began


def built_anew(rendering: Rendering, readers: Sequence[Addressee]) -> dict[str, Any]:
    """The same headers and parts by the library alone."""
    size, began = 0, time.process_time()
    for one in readers:
        size += len(by_the_library(rendering, one))
    spent = time.process_time() - began
    return {
        "messages": len(readers),
        "message_bytes": round(size / len(readers)),
        "per_s": round(len(readers) / spent, 1),
    }


def by_the_library(rendering: Rendering, one: Addressee) -> bytes:
    day = confirmed_on(PUBLICATION, one.delivery.confirmed_at)
    values = marked(one.tokens) | {Marker.CONFIRMED_ON: day}
    token, mailto = one.tokens.leave, PUBLICATION.unsubscribe_mailto
    leave = f"{PUBLICATION.base_url}/unsubscribe"
    message = EmailMessage(policy=SMTP.clone(max_line_length=998))
    message["From"] = PUBLICATION.sender
    message["To"] = one.delivery.email
    message["Subject"] = rendering.subject
    message["Date"] = format_datetime(one.dated)
    message["Message-ID"] = f"<{one.delivery.issue}.{one.delivery.id}@mail.shiporskip.example>"
    message["List-Id"] = f"{PUBLICATION.list_name} <{PUBLICATION.list_id}>"
    message["List-Unsubscribe"] = f"<{leave}/{token}>, <mailto:{mailto}?subject={token}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Precedence"] = "bulk"
    text, html = filled(rendering.text, values), filled(rendering.html, values)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def copying(issue: Issue, rendering: Rendering, one: Addressee) -> float:
    message = Addressing(issue, rendering, PUBLICATION).address(*one)
    halves = message.data[:1], message.data[1:]
    return round(per_second(lambda: b"".join(halves), 0.5))


# --- memory --------------------------------------------------------------------------------


def remembered(comparisons: int, readers: int) -> dict[str, object]:
    few, all_ = (in_fresh_process(comparisons, number) for number in (FEW, readers))
    return {
        "measure": "memory",
        "comparisons": comparisons,
        "peak_mb": {str(FEW): few, str(readers): all_},
        "grown_mb": round(all_ - few, 1),
    }


def in_fresh_process(comparisons: int, readers: int) -> float:
    with ProcessPoolExecutor(1, SPAWN) as process:
        return process.submit(held, comparisons, readers).result()


def held(comparisons: int, readers: int) -> float:
    """To be run in a process that does nothing else."""
    digest = digest_of(comparisons)
    rendering = digest.rendering
    addressing = Addressing(digest.issue, rendering, PUBLICATION)
    for one in addressees(digest.issue, readers, topics(rendering.html)):
        addressing.address(*one)
    return peak_mb()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.render", description=__doc__)
    parser.add_argument("--comparisons", default="6,8", metavar="N,N")
    parser.add_argument("--readers", type=int, default=100_000, metavar="N")
    parser.add_argument("--seconds", type=float, default=3, metavar="S", help="for each rendering")
    parser.add_argument("--mjml", type=Path, default=npm_mjml.PACKAGE, metavar="DIR")
    options = parser.parse_args(arguments)
    for comparisons in map(int, options.comparisons.split(",")):
        print(json.dumps(rendered(comparisons, options.seconds, options.mjml)), flush=True)
        print(json.dumps(addressed(comparisons, options.readers)), flush=True)
        print(json.dumps(remembered(comparisons, options.readers)), flush=True)


if __name__ == "__main__":
    main()
