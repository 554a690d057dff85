"""SpamAssassin, offline: what its rules hold against a mail."""

import os
import re
import subprocess
from collections.abc import Mapping
from email import message_from_bytes, policy
from pathlib import Path

ENOUGH = 1.0  # points; most servers call 5 spam, and the network's opinion comes on top
# All points of a message in one header; nothing is learned, and nothing asked of the network.
SETTINGS = (
    "clear_headers",
    "add_header all Scores _TESTSSCORES(,)_",
    "report_safe 0",
    "use_bayes 0",
    "use_auto_whitelist 0",
    "fold_headers 0",
)
POINTS = re.compile(r"(\w+)=(-?[\d.]+)")
SCORES = "X-Spam-Scores"


def points(mails: Mapping[str, bytes], folder: Path) -> dict[str, dict[str, float]]:
    """By mail: what each rule gives against it. What rules give in favour does not count: a list's
    headers would buy a point of spam free."""
    files = {name: folder / f"{number:03}.eml" for number, name in enumerate(mails)}
    for name, file in files.items():
        file.write_bytes(mails[name])
    options = [f"--cf={setting}" for setting in SETTINGS]
    done = subprocess.run(
        ["spamassassin", "--local", "--nocreate-prefs", *options, *files.values()],
        capture_output=True,
        check=True,
        env={**os.environ, "HOME": str(folder)},
    )
    found = [_against(message) for message in _messages(done.stdout)]
    return dict(zip(mails, found, strict=True))


def _messages(output: bytes) -> list[bytes]:
    """Each of the messages that come out one after the other; our header stands first in each."""
    start = f"{SCORES}: ".encode()
    return [start + message for message in re.split(rb"(?m)^" + start, output)[1:]]


def _against(message: bytes) -> dict[str, float]:
    scores = message_from_bytes(message, policy=policy.default)[SCORES]
    given = {rule: float(score) for rule, score in POINTS.findall(scores)}
    return {rule: score for rule, score in given.items() if score > 0}
