"""A receiver that takes whatever comes and looks at none of it, so that a sender can be measured at
its own limit: `python -m benchmarks.sink [LATENCY_MS]` prints where it listens.

It answers `SendEmail` and `SendBulkEmail` of SES as if all were taken, after so many milliseconds,
and `GET /_sent` with the bytes it was sent.
"""

import asyncio
import json
import sys
from itertools import count

BULK = b"/v2/email/outbound-bulk-emails"
ENTRY = b'"Destination"'


class Sink:
    def __init__(self, latency: float) -> None:
        self.bytes = 0
        self._latency, self._numbers = latency, count(1)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = await reader.readexactly(_length(head))
                if head.startswith(b"POST"):
                    self.bytes += len(head) + len(body)
                    await asyncio.sleep(self._latency)
                writer.write(_answer(self._said(head.split(b" ", 2)[1], body)))
        except (asyncio.IncompleteReadError, ConnectionResetError):
            writer.close()

    def _said(self, path: bytes, body: bytes) -> object:
        if path.startswith(b"/_sent"):
            return {"bytes": self.bytes}
        if path != BULK:
            return {"MessageId": f"m{next(self._numbers):017}"}
        names = (f"m{next(self._numbers):017}" for _ in range(body.count(ENTRY)))
        return {
            "BulkEmailEntryResults": [{"Status": "SUCCESS", "MessageId": name} for name in names]
        }


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _answer(told: object) -> bytes:
    body = json.dumps(told).encode()
    kind = b"Content-Type: application/json"
    return b"HTTP/1.1 200 OK\r\n%b\r\nContent-Length: %d\r\n\r\n%b" % (kind, len(body), body)


async def main(latency_ms: str = "0") -> None:
    sink = Sink(float(latency_ms) / 1000)
    server = await asyncio.start_server(sink, "127.0.0.1", 0, limit=2**22)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
