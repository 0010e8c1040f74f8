"""A real mail server (aiosmtpd) with real certificates takes the mails, or refuses them."""

from __future__ import annotations

import asyncio
import email
import ssl
from contextlib import asynccontextmanager
from dataclasses import replace
from email import policy

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from noc_console.adapters.notify.mail import mail, written
from noc_console.kernel.secret import Secret
from noc_console.services.notify.ports import Line, NotSent
from noc_console.services.notify.settings import ChannelKind, EmailSettings

PASSWORD = "pass-phrase of the noc"


class Box:
    """What the server took; `answer` is what it says to a mail."""

    def __init__(self) -> None:
        self.mails: list[email.message.EmailMessage] = []
        self.answer = "250 2.0.0 Ok: queued as 4F2A"
        self.to_recipient = ""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.to_recipient:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


def knows(server, session, envelope, mechanism, given):
    right = isinstance(given, LoginPassword) and given == LoginPassword(b"noc", PASSWORD.encode())
    return AuthResult(success=right, handled=right)


@asynccontextmanager
async def server(box, certified, *, security="starttls", login=False):
    """A mail server on a free port, in the test's own loop."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified[0])
    options = {}
    if security == "starttls":
        options = {"tls_context": context, "require_starttls": True}
    if login:
        options |= {"authenticator": knows, "auth_required": True}
        if security == "tls":
            options["auth_require_tls"] = False
    loop = asyncio.get_running_loop()
    made = await loop.create_server(
        lambda: SMTP(box, loop=loop, **options),
        "127.0.0.1",
        0,
        ssl=context if security == "tls" else None,
    )
    try:
        yield made.sockets[0].getsockname()[1]
    finally:
        made.close()


def line(port, certified, **given):
    settings = EmailSettings(
        **{
            "host": "127.0.0.1",
            "port": port,
            "sender": "noc@example.net",
            "ca": certified[1],
            "timeout_s": 5.0,
        }
        | given
    )
    return Line(ChannelKind.EMAIL, settings, Secret(PASSWORD))


async def test_a_mail_arrives_over_starttls_with_a_login(certified, message):
    box = Box()
    async with server(box, certified, login=True) as port:
        sent = await mail(
            line(port, certified, user="noc"), replace(message, to="op@example.net", body="ünï €")
        )
    assert "queued as 4F2A" in sent.accepted
    (got,) = box.mails
    assert (got["From"], got["To"]) == ("noc@example.net", "op@example.net")
    assert got["Subject"] == message.subject
    assert got["Message-ID"] == "<noc-acme-7@example.net>"
    assert got["References"] == "<noc-alarm-12@example.net>"
    assert got["Auto-Submitted"] == "auto-generated" and got["Importance"] == "high"
    assert got.get_body(("plain",)).get_content().strip() == "ünï €"


# aiosmtpd does not count TLS from the start as TLS.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_mail_arrives_over_tls_from_the_start(certified, message):
    box = Box()
    async with server(box, certified, security="tls", login=True) as port:
        told = line(port, certified, security="tls", user="noc")
        await mail(told, replace(message, to="op@example.net"))
    assert len(box.mails) == 1


async def test_a_certificate_nobody_vouches_for_gets_neither_mail_nor_password(certified, message):
    box = Box()
    async with server(box, certified, login=True) as port:
        with pytest.raises(NotSent, match="certificate is not trusted"):
            await mail(
                line(port, certified, ca="", user="noc"), replace(message, to="op@example.net")
            )
    assert box.mails == []


async def test_a_server_without_starttls_gets_nothing_in_the_clear(certified, message):
    box = Box()
    async with server(box, certified, security="none") as port:
        with pytest.raises(NotSent, match=r"STARTTLS|starttls"):
            await mail(line(port, certified), replace(message, to="op@example.net"))
    assert box.mails == []


async def test_a_wrong_password_is_told_and_not_repeated(certified, message):
    async with server(Box(), certified, login=True) as port:
        wrong = replace(line(port, certified, user="noc"), secret=Secret("wrong-wrong"))
        with pytest.raises(NotSent, match="refused the login") as raised:
            await mail(wrong, replace(message, to="op@example.net"))
    assert "wrong-wrong" not in str(raised.value) and not raised.value.is_final


async def test_a_recipient_that_is_none_is_final_and_a_full_box_is_tried_again(certified, message):
    box = Box()
    async with server(box, certified) as port:
        to = replace(message, to="nobody@example.net")
        box.to_recipient = "550 5.1.1 no such user"
        with pytest.raises(NotSent, match="no such user") as never:
            await mail(line(port, certified), to)
        box.to_recipient = "452 4.2.2 mailbox full"
        with pytest.raises(NotSent, match="mailbox full") as later:
            await mail(line(port, certified), to)
        box.to_recipient, box.answer = "", "554 5.7.1 looks like spam"
        with pytest.raises(NotSent, match="looks like spam") as spam:
            await mail(line(port, certified), to)
    assert never.value.is_final and never.value.is_ours
    assert not later.value.is_final
    assert spam.value.is_final


async def test_nobody_there_is_told(certified, message):
    with pytest.raises(NotSent, match="not reached"):
        await mail(line(1, certified), replace(message, to="op@example.net"))


async def test_words_of_a_device_write_no_header_and_no_html(message):
    settings = EmailSettings(host="m", sender="noc@example.net")
    nasty = replace(
        message,
        to="op@example.net",
        subject="x\r\nBcc: victim@example.net",
        body="<img src=//10.0.0.66/a.png>",
    )
    made = written(settings, nasty)
    assert made["Bcc"] is None and "\r\nBcc" not in made.as_string()
    page = made.get_body(("html",)).get_content()
    assert "&lt;img" in page and "<img" not in page


async def test_an_address_that_is_none_is_told_and_final(certified, message):
    with pytest.raises(NotSent) as raised:
        await mail(line(1, certified), replace(message, to="a@b\r\nRCPT TO:<x@y>"))
    assert raised.value.is_final
