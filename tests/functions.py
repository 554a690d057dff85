"""Functions of AWS Lambda on this machine: AWS's own runtime client in a process of its own, the
API that it asks for calls, and what hands a queue's messages to a function.

The API is the documented one (Lambda developer guide, "Using the Lambda runtime API"). A function
is the code of this tree, where modules that its package is without are refused; or, where
`DIGEST_TEST_PACKAGES` names a folder of packages, each unpacked in a folder of its name, the
package itself: then `python3.13` runs it and has to find `awslambdaric` there.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, NamedTuple

from scripts.build_lambda import PACKAGES as PACKED
from tests.judges.install import ROOT

PACKAGES = "DIGEST_TEST_PACKAGES"
ARN = "arn:aws:lambda:eu-central-1:000000000000:function:here"


# What Python imports first in every process that finds it; `site` knows it by this name.
REFUSES = """
import sys

class Refuses:
    def find_spec(self, name, path=None, target=None):
        if name.replace(".", "/").startswith({without!r}):
            raise ModuleNotFoundError(f"the package is without {{name}}", name=name)

sys.meta_path.insert(0, Refuses())
"""


class FunctionError(Exception):
    """The handler raised, or the process could not load it; what the runtime client says of it."""


class Function:
    """Calls one handler: `function(event)` is what it answers. Raises FunctionError."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.calls: Queue[Any] = Queue()
        self.answers: Queue[tuple[str, Any]] = Queue()

    def __call__(self, event: Any) -> Any:
        self.calls.put(event)
        kind, told = self.answers.get(timeout=self.seconds)
        if kind == "error":
            raise FunctionError(told["errorType"], told["errorMessage"])
        return told


@contextmanager
def function(
    handler: str, package: str, environment: Mapping[str, str], seconds: float
) -> Iterator[Function]:
    """A function that is deployed with the package of this name, and the time that each of its
    calls may take."""
    served = Function(seconds)
    with _Api(("127.0.0.1", 0), _asked(served)) as api, _code(package) as (code, python, found):
        thread = Thread(target=api.serve_forever, args=(0.01,))
        thread.start()
        told = {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}"}
        told |= {"LAMBDA_TASK_ROOT": code, "_HANDLER": handler, **found}
        command = [python, "-m", "awslambdaric", handler]
        plain = {name: text for name, text in os.environ.items() if not name.startswith("DIGEST_")}
        with subprocess.Popen(command, cwd=code, env={**plain, **environment, **told}) as process:
            try:
                yield served
            finally:
                process.kill()
                served.calls.put(None)
                api.shutdown()
                thread.join()


@contextmanager
def _code(package: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Where the code of a package is, what runs it, and what that must be told to be without what
    the package is without."""
    if packages := os.environ.get(PACKAGES):
        yield str(Path(packages) / package), "python3.13", {}
        return
    with TemporaryDirectory() as folder:
        refuses = REFUSES.format(without=PACKED[package].without)
        (Path(folder) / "sitecustomize.py").write_text(refuses)
        yield str(ROOT), sys.executable, {"PYTHONPATH": folder}


class _Api(ThreadingHTTPServer):
    daemon_threads = True


def _asked(served: Function) -> type[BaseHTTPRequestHandler]:
    class Asked(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            event = served.calls.get()
            if event is None:  # the process is gone
                self.close_connection = True
                return
            deadline = int((time.time() + served.seconds) * 1000)
            self._answer(200, json.dumps(event).encode(), deadline)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"null")
            served.answers.put((self.path.rpartition("/")[2], body))
            self._answer(202, b"{}", 0)

        def _answer(self, status: int, body: bytes, deadline: int) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Lambda-Runtime-Aws-Request-Id", "one-at-a-time")
            self.send_header("Lambda-Runtime-Deadline-Ms", str(deadline))
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", ARN)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet."""

    return Asked


class Handed(NamedTuple):
    """A batch of a queue: what was handed to the function, and how many of it failed."""

    records: list[dict[str, Any]]
    failed: int


def hand_out(sqs: Any, url: str, to: Function, most: int = 1) -> Handed:
    """What an event source mapping does: a batch to the function, gone if it did not fail. What
    failed is at once to be had again, where SQS would wait until it is visible."""
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=most).get("Messages", [])
    if not got:
        return Handed([], 0)
    records = [{"messageId": one["MessageId"], "body": one["Body"]} for one in got]
    told = to({"Records": records})["batchItemFailures"]
    failed = {one["itemIdentifier"] for one in told}
    for one in got:
        where = {"QueueUrl": url, "ReceiptHandle": one["ReceiptHandle"]}
        if one["MessageId"] in failed:
            sqs.change_message_visibility(**where, VisibilityTimeout=0)
        else:
            sqs.delete_message(**where)
    return Handed(records, len(failed))
