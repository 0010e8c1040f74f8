"""An SMS gateway with an HTTP interface of any shape: fields filled in, an answer looked at."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

from noc_console.adapters.notify.http import Answer, ask, check, clean
from noc_console.kernel.secret import Secret
from noc_console.services.notify.ports import Line, Message, NotSent, Sent
from noc_console.services.notify.settings import SmsSettings

_PLACE = re.compile(r"\{(to|text|id|secret)\}")


async def sms(line: Line, message: Message) -> Sent:
    """One text message. Its length was seen to when it was written."""
    settings = line.settings
    assert isinstance(settings, SmsSettings)
    fields = _fields(settings, line, message)
    headers = _header(settings, line, message)
    url, content = settings.url, None
    if settings.method == "GET":
        url = f"{url}?{urlencode(fields)}"
    elif settings.encoding == "json":
        headers["Content-Type"] = "application/json; charset=utf-8"
        content = json.dumps(fields, ensure_ascii=False).encode("utf-8", errors="replace")
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        content = urlencode(fields).encode()
    hidden = (line.secret, Secret(url)) if settings.method == "GET" else (line.secret,)
    answer = await ask(
        settings.method, Secret(url), settings, headers=headers, content=content, secrets=hidden
    )
    check(answer, hidden)
    if settings.ok_contains and settings.ok_contains not in answer.text:
        raise NotSent(f"the gateway did not take it: {clean(answer.text, hidden)}")
    return Sent(clean(_id(answer, settings.id_field), hidden) or f"HTTP {answer.status}")


def filled(pattern: str, line: Line, message: Message) -> str:
    """The places filled in, once: a text that contains `{secret}` gets no secret."""
    values = {
        "to": message.to,
        "text": message.body,
        "id": message.id,
        "secret": line.secret.reveal(),
    }
    return _PLACE.sub(lambda place: values[place.group(1)], pattern)


def _fields(settings: SmsSettings, line: Line, message: Message) -> dict[str, str]:
    found = {}
    for each in settings.fields.splitlines():
        name, equals, value = each.partition("=")
        if equals:
            found[name.strip()] = filled(value.strip(), line, message)
    return found


def _header(settings: SmsSettings, line: Line, message: Message) -> dict[str, str]:
    if not settings.header:
        return {}
    name, _, value = settings.header.partition(":")
    # A line break would begin a header of its own.
    return {name.strip(): re.sub(r"[\r\n]+", " ", filled(value.strip(), line, message))}


def _id(answer: Answer, path: str) -> str:
    """What a dotted path leads to in a JSON answer."""
    if not path:
        return ""
    try:
        told: Any = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    for name in path.split("."):
        if isinstance(told, dict):
            told = told.get(name)
        elif isinstance(told, list) and name.isdigit() and int(name) < len(told):
            told = told[int(name)]
        else:
            return ""
    return "" if told is None else str(told)
