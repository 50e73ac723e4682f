"""E-mail by SMTP."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit


def send(server: str, sender: str, recipient: str, subject: str, body: str) -> None:
    """Send an HTML e-mail through a server given as `smtp://[user:password@]host[:port]` (or `smtps://`)."""
    address = urlsplit(server)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, recipient, subject
    message.set_content(body, subtype="html")
    secure = address.scheme == "smtps"
    connect = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with connect(address.hostname or "127.0.0.1", address.port or (465 if secure else 25), timeout=10) as carrier:
        if address.username:
            carrier.login(unquote(address.username), unquote(address.password or ""))
        carrier.send_message(message)
