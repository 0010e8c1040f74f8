"""The signature is checked by openssl's command line, which knows nothing of our code."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace

import pytest

from noc_console.adapters.notify.webhook import body_of, signed, webhook
from noc_console.kernel.secret import Secret
from noc_console.services.notify.ports import Line, NotSent
from noc_console.services.notify.settings import ChannelKind, WebhookSettings
from tests.adapters.notify.services import Reply

KEY = "a key of more than a few letters, äöü"


def line(service, key=KEY):
    return Line(
        ChannelKind.WEBHOOK, WebhookSettings(), Secret(f"{service.url}/hook/s3cr3t"), Secret(key)
    )


def by_openssl(timestamp: str, body: bytes) -> str:
    openssl = shutil.which("openssl")
    assert openssl, "openssl's command line is needed: apt install openssl"
    done = subprocess.run(
        [openssl, "dgst", "-sha256", "-hmac", KEY],
        input=f"{timestamp}.".encode() + body,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().rpartition("= ")[2].strip()


async def test_what_arrives_is_what_was_signed(service, message):
    sent = await webhook(line(service), replace(message, subject="ümlaut € 漢"))
    assert sent.accepted == "HTTP 200"
    (request,) = service.requests
    timestamp = request.headers["X-NOC-Timestamp"]
    assert timestamp == str(int(message.at.timestamp()))
    assert request.headers["X-NOC-Signature"] == f"v1={by_openssl(timestamp, request.body)}"
    told = json.loads(request.body)
    assert told["id"] == request.headers["X-NOC-Delivery"] == "noc-acme-7"
    assert told["alarm"]["device"] == "core-1" and told["subject"] == "ümlaut € 漢"
    assert set(told) == {
        "id", "sent_at", "created_at", "turn", "severity", "subject", "text", "alarm", "more",
    }  # fmt: skip


async def test_one_changed_letter_or_another_second_has_another_signature(message):
    body = body_of(message)
    proof = signed(body, Secret(KEY), timestamp=1000)["X-NOC-Signature"]
    assert proof == f"v1={by_openssl('1000', body)}"
    assert signed(body + b" ", Secret(KEY), timestamp=1000)["X-NOC-Signature"] != proof
    assert signed(body, Secret(KEY), timestamp=1001)["X-NOC-Signature"] != proof
    assert signed(body, Secret("other"), timestamp=1000)["X-NOC-Signature"] != proof


async def test_without_a_key_nothing_claims_to_be_signed(service, message):
    await webhook(line(service, key=""), message)
    assert "X-NOC-Signature" not in service.requests[0].headers


async def test_gone_is_gone_and_neither_address_nor_key_is_in_the_error(service, message):
    service.usual = Reply(410, f"{KEY} /hook/s3cr3t is gone".encode())
    with pytest.raises(NotSent) as raised:
        await webhook(line(service), message)
    assert raised.value.is_gone
    assert "s3cr3t" not in str(raised.value) and KEY not in str(raised.value)


def test_what_is_told_together_travels_along(message):
    told = json.loads(body_of(replace(message, others=({"id": 13}, {"id": 14}))))
    assert told["more"] == [{"id": 13}, {"id": 14}]
