"""HTTP for many clients in one process: connections that stay open, a coroutine each. Only what our own servers send is
understood: a status and a length. It shares the cores with the server it asks, so it does as little as it can."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str
    body: bytes


class Wire:
    """One connection, opened when it is first needed and again after it broke."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Send a request and wait for the whole answer. Raises OSError when the line breaks before that."""
        try:
            reader, writer = await self._open()
            writer.write(self._request(method, path, headers, body))
            head = await reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(head)
            data = await reader.readexactly(int(length.group(1)) if length else 0)
        except asyncio.IncompleteReadError as trouble:
            self.close()
            raise ConnectionResetError("the server closed the connection") from trouble
        except BaseException:
            self.close()
            raise
        location = LOCATION.search(head)
        return Answer(int(head[9:12]), location.group(1).decode() if location else "", data)

    async def send_only(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> None:
        """Send a request and lose the line: the answer reaches nobody."""
        _reader, writer = await self._open()
        writer.write(self._request(method, path, headers, body))
        await writer.drain()
        self.close()

    def close(self) -> None:
        if self._line:
            self._line[1].close()
            self._line = None

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._line is None:
            self._line = await asyncio.open_connection("127.0.0.1", self._port)
        return self._line

    def _request(self, method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body
