"""E-mail by SMTP, with STARTTLS or TLS from the start."""

from __future__ import annotations

import asyncio
import html
import socket
import ssl
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime

import aiosmtplib

from noc_console.adapters.notify.http import clean, tls_context
from noc_console.kernel.text import visible
from noc_console.services.notify.ports import Line, Message, NotSent, Sent
from noc_console.services.notify.settings import EmailSettings, is_email


async def mail(line: Line, message: Message) -> Sent:
    """Hand one mail to the server; accepted is what the server called it."""
    settings = line.settings
    assert isinstance(settings, EmailSettings)
    if not is_email(message.to):
        raise NotSent("the recipient's address is none", is_final=True, is_ours=True)
    made = written(settings, message)
    context = await asyncio.to_thread(tls_context, verify=settings.verify, authority=settings.ca)
    client = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        use_tls=settings.security == "tls",
        start_tls=settings.security == "starttls",
        tls_context=None if settings.security == "none" else context,
        timeout=settings.timeout_s,
        local_hostname=socket.gethostname() or "localhost",
    )
    try:
        async with asyncio.timeout(settings.timeout_s):
            async with client:
                if settings.user:
                    await client.login(settings.user, line.secret.reveal())
                _, said = await client.send_message(made)
    except (TimeoutError, aiosmtplib.SMTPTimeoutError) as error:
        raise NotSent(f"no answer within {settings.timeout_s:g} s") from error
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise _refused(error, line) from None
    return Sent(clean(said, (line.secret,)))


def written(settings: EmailSettings, message: Message) -> EmailMessage:
    """The mail: plain text and the same as HTML, in one thread with others of its alarm.

    Its Message-ID stays the same when it is sent again, so that a second copy is known as one.
    """
    domain = settings.sender.rpartition("@")[2]
    made = EmailMessage(policy=SMTP_POLICY)
    made["From"] = settings.sender
    made["To"] = message.to
    if settings.reply_to:
        made["Reply-To"] = settings.reply_to
    made["Subject"] = visible(message.subject, limit=250)
    made["Date"] = format_datetime(message.at)
    made["Message-ID"] = f"<{message.id}@{domain}>"
    number = message.facts.get("id")
    if isinstance(number, int):
        made["References"] = f"<noc-alarm-{number}@{domain}>"
    # RFC 3834: no absence note answers this.
    made["Auto-Submitted"] = "auto-generated"
    if message.severity == "critical" and message.turn != "cleared":
        made["Importance"] = "high"
    made.set_content(message.body + "\n")
    lines = html.escape(message.body).replace("\n", "<br>\n")
    made.add_alternative(
        f'<!doctype html><html><body style="font-family:sans-serif">{lines}</body></html>\n',
        subtype="html",
    )
    return made


def _refused(error: Exception, line: Line) -> NotSent:
    hidden = (line.secret,)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return NotSent(f"the mail server refused the login: {clean(error.message, hidden)}")
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [each.code for each in error.recipients]
        said = clean("; ".join(each.message for each in error.recipients), hidden)
        final = bool(codes) and all(code >= 500 for code in codes)
        return NotSent(f"the recipient was refused: {said}", is_final=final, is_ours=final)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        final = error.code >= 500 and isinstance(error, aiosmtplib.SMTPDataError)
        said = clean(error.message, hidden)
        return NotSent(f"the mail server said {error.code}: {said}", is_final=final, is_ours=final)
    if isinstance(error, ValueError) and not isinstance(error, OSError):
        return NotSent("this mail cannot be written: its address is none", is_final=True,
                       is_ours=True)  # fmt: skip
    cause = error.__cause__ or error
    if isinstance(cause, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
        return NotSent(f"the mail server's certificate is not trusted: {_short(error, line)}")
    return NotSent(f"the mail server was not reached: {_short(error, line)}")


def _short(error: Exception, line: Line) -> str:
    return clean(str(error) or type(error).__name__, (line.secret,))
