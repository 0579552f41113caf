"""Sends one message to each recipient by SMTP, and says for each whether it was surely sent, surely not, or unknown."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from typing import Final, Literal

Security = Literal["starttls", "tls", "none"]
#: Seconds for each answer of the server.
TIMEOUT: Final = 60.0
_DONE: Final = 250
#: What is said where the line went.
LOST: Final = "the line was closed"


class MailError(Exception):
    """The server cannot be used at all; the text says why, without addresses."""


@dataclass(frozen=True)
class Server:
    """A mail server. ``user`` "": no login. ``certificates``: a file of those it is known by; "": the system's."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = ""
    certificates: str = ""
    timeout: float = TIMEOUT


class Sent(StrEnum):
    """What became of a message."""

    SENT = "sent"
    REFUSED = "refused"  # surely not sent
    UNKNOWN = "unknown"  # the line went while the server had it


@contextmanager
def connected(server: Server) -> Iterator[smtplib.SMTP]:
    """A line to the server, encrypted and logged in as the settings say. Raises MailError.

    Where encryption is asked for and the server has none, nothing is sent in the clear.
    """
    trusted = ssl.create_default_context(cafile=server.certificates or None)
    try:
        if server.security == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=trusted)
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(f"the mail server {server.host}:{server.port} does not answer: {_why(error)}") from error
    try:
        try:
            if server.security == "starttls":
                line.starttls(context=trusted)
            line.ehlo_or_helo_if_needed()
            if server.user:
                line.login(server.user, server.password)
        except (OSError, smtplib.SMTPException) as error:
            raise MailError(f"the mail server {server.host}:{server.port} lets nobody in: {_why(error)}") from error
        yield line
    finally:
        line.close()


def send(line: smtplib.SMTP, sender: str, to: str, message: EmailMessage) -> tuple[Sent, str]:
    """Send a message to one address; what became of it, and the server's number or the error where it was not sent."""
    try:
        for step, argument in ((line.mail, sender), (line.rcpt, to)):
            code, _ = step(argument)
            if code not in (_DONE, _DONE + 1):
                line.rset()
                return Sent.REFUSED, str(code)
    except (OSError, smtplib.SMTPException):
        return Sent.REFUSED, LOST
    try:
        code, _ = line.data(message.as_bytes(policy=SMTP))
    except smtplib.SMTPDataError as error:
        return Sent.REFUSED, str(error.smtp_code)
    except (OSError, smtplib.SMTPException):
        return Sent.UNKNOWN, LOST
    return (Sent.SENT, "") if code == _DONE else (Sent.REFUSED, str(code))


def _why(error: Exception) -> str:
    """An error in a few words; a server's own words may hold addresses, its number does not."""
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return f"no trusted encryption ({error.reason or 'TLS'})"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it offers no such encryption or login"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, OSError) and error.errno is not None and error.errno < 0:
        return "no such host"
    return LOST
