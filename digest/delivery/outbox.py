"""The outbox: complete messages in a Maildir on this machine, for trying and for tests.

A message's file is named after its delivery, so posting the same delivery again writes the same
file again: a repeat after a crash cannot put a second copy before anyone.
"""

import glob
import os
import re
from collections.abc import Sequence
from pathlib import Path

from digest.model import Message, Receipt, Refused, Sent

FOLDERS = ("tmp", "new", "cur")
MESSAGE_ID = re.compile(rb"^Message-ID: *<([^>]+)>\r?$", re.MULTILINE | re.IGNORECASE)
NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9._@+-]")


class Outbox:
    """A `digest.ports.Post` that drops messages into a Maildir (https://cr.yp.to/proto/maildir.html)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, messages: Sequence[Message], /) -> list[Receipt]:
        return [self._drop(message) for message in messages]

    def _drop(self, message: Message) -> Receipt:
        head = message.data.partition(b"\r\n\r\n")[0]
        found = MESSAGE_ID.search(head)
        if found is None:
            return Refused("the message has no Message-ID")
        message_id = found.group(1).decode("ascii", "replace")
        name = NOT_IN_FILE_NAMES.sub("_", message_id)
        if any((self._folder / "cur").glob(f"{glob.escape(name)}:*")):
            return Sent(message_id)  # a mail program has seen it: no second copy beside it
        try:
            self._make_folders()
            self._write(name, message.data)
        except OSError as error:
            return Refused(f"the outbox cannot be written: {error.strerror}", permanent=False)
        return Sent(message_id)

    def _make_folders(self) -> None:
        for name in FOLDERS:
            (self._folder / name).mkdir(parents=True, exist_ok=True)

    def _write(self, name: str, data: bytes) -> None:
        """Write aside, reach the disk, then rename: a reader of `new/` never sees half a mail."""
        aside = self._folder / "tmp" / name
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._folder / "new" / name)
