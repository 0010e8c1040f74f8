"""The generic webhook: JSON by POST, signed, and safe against replays.

The body is one JSON object:

    {"id": "noc-local-4711",           the same when it is sent again: remember it
     "sent_at": "2026-03-01T12:00:05+00:00", "created_at": "…",
     "turn": "raised",       or escalated, cleared, acknowledged, unacknowledged, paged, test
     "severity": "critical", "subject": "…", "text": "…",
     "alarm": {"id": 12, "object": "device:7", "condition": "unreachable", "device": "…", …},
     "more": [{…}, …]}                 alarms told together with it

With a signing key there are three headers: `X-NOC-Delivery` (the id), `X-NOC-Timestamp` (seconds
since 1970) and `X-NOC-Signature`: `v1=` and the HMAC-SHA256, in hexadecimal, of the timestamp, a
full stop and the body as it came. A receiver computes the same over the raw body, compares in
constant time, refuses a timestamp more than five minutes off, and refuses an id it has seen within
that time with 200, for then it has it. In a shell:

    { printf '%s.' "$timestamp"; cat body; } | openssl dgst -sha256 -hmac "$key"

Answers: 2xx is taken; 410 switches the channel off; 429 and 503 may say `Retry-After`; 400, 413 and
422 mean that this message is wrong, and it is not sent again; anything else is tried again after
5 min, 1 h and 6 h.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from noc_console.adapters.notify.http import ask, check, clean
from noc_console.kernel.secret import Secret
from noc_console.services.notify.ports import Line, Message, Sent
from noc_console.services.notify.settings import WebhookSettings


async def webhook(line: Line, message: Message) -> Sent:
    """Post the message; what the other side calls it is in `id` of a JSON answer, if anywhere."""
    assert isinstance(line.settings, WebhookSettings)
    body = body_of(message)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-NOC-Delivery": message.id,
        "Idempotency-Key": message.id,
    }
    if line.key:
        headers |= signed(body, line.key, timestamp=int(message.at.timestamp()))
    hidden = (line.secret, line.key)
    answer = await ask(
        "POST", line.secret, line.settings, headers=headers, content=body, secrets=hidden
    )
    check(answer, hidden)
    return Sent(clean(answer.headers.get("x-request-id", "") or f"HTTP {answer.status}", hidden))


def body_of(message: Message) -> bytes:
    """The JSON that is posted."""
    told = {
        "id": message.id,
        "sent_at": message.at.isoformat(),
        "created_at": message.created_at.isoformat(),
        "turn": message.turn,
        "severity": message.severity,
        "subject": message.subject,
        "text": message.body,
        "alarm": dict(message.facts),
        "more": [dict(each) for each in message.others],
    }
    return json.dumps(told, ensure_ascii=False).encode("utf-8", errors="replace")


def signed(body: bytes, key: Secret, *, timestamp: int) -> dict[str, str]:
    """The headers that prove who sent it and when."""
    mac = hmac.new(key.reveal().encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return {"X-NOC-Timestamp": str(timestamp), "X-NOC-Signature": f"v1={mac.hexdigest()}"}
