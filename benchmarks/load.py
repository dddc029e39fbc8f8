"""A small, bounded HTTP load on loopback: keep-alive connections, each a thread that repeats requests for a while."""

from __future__ import annotations

import http.client
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
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        times: list[float] = []
        wrong: list[str] = []
        start.wait()
        count = 0
        while time.perf_counter() < ends[0]:
            method, path, body, headers = make(number, count)
            count += 1
            began = time.perf_counter()
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            data = answer.read()
            times.append((time.perf_counter() - began) * 1000)
            if answer.status != expect:
                wrong.append(f"{answer.status} {path} {data[:200]!r}")
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
