"""A small, bounded HTTP load on loopback: keep-alive connections, each a thread that repeats requests for a while.

The client shares the cores with the server, so it does as little as it can: a socket, one write, the length from the head.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Request = tuple[str, str, bytes | None, dict[str, str]]
"""(method, path, body, headers)"""


@dataclass
class Result:
    """Requests a second and the times of the single requests in milliseconds."""

    name: str
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Connection:
    """One connection that is kept open. Only what our own servers send is understood: a status and a length."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = f"127.0.0.1:{port}"

    def ask(self, request: Request) -> tuple[int, bytes]:
        """Send a request and wait for the whole answer: (status, body). Raises OSError when the line breaks."""
        method, path, body, headers = request
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}", f"Content-Length: {len(body or b'')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + (body or b""))
        head, _, data = self._read_until(b"\r\n\r\n").partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        parts, missing = [data], length - len(data)
        while missing > 0:
            parts.append(self._receive())
            missing -= len(parts[-1])
        return int(head[9:12]), b"".join(parts)

    def _read_until(self, end: bytes) -> bytes:
        data = b""
        while end not in data:
            data += self._receive()
        return data

    def _receive(self) -> bytes:
        data = self._socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data

    def close(self) -> None:
        self._socket.close()


def run(
    name: str,
    port: int,
    make: Callable[[int, int], Request],
    *,
    seconds: float,
    clients: int,
    expect: int = 200,
) -> Result:
    """Send `make(client, n)` over `clients` connections for `seconds`. Any other status than `expect` is kept as wrong."""
    result = Result(name)
    lock = threading.Lock()
    start = threading.Barrier(clients + 1)
    ends: list[float] = [0.0]

    def client(number: int) -> None:
        connection = Connection(port)
        times: list[float] = []
        wrong: list[str] = []
        start.wait()
        count = 0
        while time.perf_counter() < ends[0]:
            request = make(number, count)
            count += 1
            began = time.perf_counter()
            status, data = connection.ask(request)
            times.append((time.perf_counter() - began) * 1000)
            if status != expect:
                wrong.append(f"{status} {request[1]} {data[:200]!r}")
        connection.close()
        with lock:
            result.times += times
            result.wrong += wrong

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    ends[0] = began + seconds
    start.wait()
    for thread in threads:
        thread.join()
    result.seconds = time.perf_counter() - began
    return result
