"""A server that takes mail, or refuses it."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread


@dataclass
class Mailbox:
    """`messages` as they came. `refused`: addresses it never takes; `down`: it answers 421 to everything after the greeting;
    `breaks_after`: it goes away after so many messages."""

    messages: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    down: bool = False
    breaks_after: int = 10_000
    port: int = 0


class _Handler(socketserver.StreamRequestHandler):
    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        self.say("220 uji")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if box.down:
                self.say("421 nanti lagi")
                return
            if verb in {"EHLO", "HELO"}:
                self.say("250 uji")
            elif verb == "RCPT" and any(f"<{address}>" in line for address in box.refused):
                self.say("550 tidak ada")
            elif verb == "DATA":
                if len(box.messages) >= box.breaks_after:
                    return
                self.say("354 ya")
                data = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    data += part.removeprefix(b".") if part.startswith(b"..") else part
                box.messages.append(message_from_bytes(data, policy=policy.default))
                self.say("250 diterima")
            elif verb == "QUIT":
                self.say("221 sampai jumpa")
                return
            else:
                self.say("250 ya")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """One that listens until the end of the block."""
    box = Mailbox()
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
