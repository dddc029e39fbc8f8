"""Sending messages by SMTP, to people who have an address. Without DIAJAR_SMTP nothing is sent, and nothing is missing: everything
that is mailed stands in the product too."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid, parseaddr
from typing import TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")

SECONDS = 15
"""For each answer of the server."""
BUSY = 421
"""What a server says that takes nothing for a while."""


class NotMailed(Exception):
    """The server did not take a message. `for_good`: it never will take this one."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class Server:
    """How mail is sent. `tls`: from the first byte on; else it is begun where the server offers it, and required where there
    is a password."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    sender: str

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A connection for some messages. Raises NotMailed when there is none to be had."""
        try:
            with self._connection() as connection:
                yield Session(connection, self.sender)
        except (OSError, smtplib.SMTPException) as trouble:
            raise NotMailed(f"{self.host}:{self.port}: {trouble}") from trouble

    def _connection(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        try:
            if not self.tls:
                # Known before anything is marked as mailed: it is no address that is wrong.
                if connection.ehlo()[0] == BUSY:
                    raise NotMailed(f"{self.host}:{self.port} takes no mail now")
                if connection.has_extn("starttls"):
                    connection.starttls(context=context)
                elif self.password:
                    raise NotMailed(f"{self.host}:{self.port} does not encrypt: the password was not sent")
            if self.password:
                connection.login(self.user, self.password)
        except BaseException:
            connection.close()
            raise
        return connection


def send_each(server: Server, waiting: Sequence[T], send: Callable[[Session, T], bool]) -> int:
    """Mail what waits over one connection; for how many `send` said that it was taken. Where the server is gone the others wait
    for another time, which is noted in the log."""
    if not waiting:
        return 0
    sent = 0
    try:
        with server.session() as session:
            for one in waiting:
                sent += send(session, one)
    except NotMailed as trouble:
        log.warning("mail cannot be sent: %s", trouble)
    return sent


@dataclass(frozen=True, slots=True)
class Session:
    """An open connection."""

    connection: smtplib.SMTP
    sender: str

    def send(self, to: str, name: str, subject: str, text: str) -> None:
        """A message of plain text to one person. Raises NotMailed."""
        try:
            self.connection.send_message(compose(self.sender, to, name, subject, text))
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as refused:
            codes = [code for code, _reason in getattr(refused, "recipients", {}).values()] or [
                getattr(refused, "smtp_code", 0)
            ]
            raise NotMailed(str(refused), for_good=all(500 <= code < 600 for code in codes)) from refused
        except ValueError as bad:
            raise NotMailed(f"no address: {to!r} ({bad})", for_good=True) from bad


def compose(sender: str, to: str, name: str, subject: str, text: str) -> EmailMessage:
    """A message of plain text. Raises ValueError for what is no address; a line end in a header cannot begin another one."""
    message = EmailMessage(policy=SMTP)
    from_name, from_address = parseaddr(sender)
    local, _, domain = to.rpartition("@")
    if not local or not domain:
        raise ValueError("an address has an @ inside")
    message["From"] = Address(from_name, addr_spec=from_address)
    message["To"] = Address(" ".join(name.split()), local, domain)
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=from_address.rpartition("@")[2])
    # Nobody answers a machine that reminds: absence notes would come back for each.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
