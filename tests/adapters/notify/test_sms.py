from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from noc_console.adapters.notify.sms import filled, sms
from noc_console.kernel.secret import Secret
from noc_console.services.notify.ports import Line, NotSent
from noc_console.services.notify.settings import ChannelKind, SmsSettings
from tests.adapters.notify.services import Reply

KEY = "gateway-key-123"


def line(service, **settings):
    made = SmsSettings(url=f"{service.url}/send", timeout_s=2.0, **settings)
    return Line(ChannelKind.SMS, made, Secret(KEY))


async def test_a_form_is_filled_in(service, message):
    await sms(line(service), message)
    (request,) = service.requests
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    told = parse_qs(request.body.decode())
    assert told == {"to": ["+31612345678"], "text": [message.body], "key": [KEY]}


async def test_a_get_carries_it_in_the_address_and_no_error_repeats_that(service, message):
    service.replies = [Reply(), Reply(500, f"bad key {KEY}".encode())]
    getting = line(service, method="GET")
    await sms(getting, replace(message, body="a&b=c d"))
    (request,) = service.requests
    assert parse_qs(urlsplit(request.path).query)["text"] == ["a&b=c d"]
    with pytest.raises(NotSent) as raised:
        await sms(getting, message)
    assert KEY not in str(raised.value)


async def test_json_a_header_and_the_number_in_the_answer(service, message):
    service.usual = Reply(body=b'{"messages":[{"id":"abc-1"}]}')
    told = line(
        service,
        encoding="json",
        fields="recipient={to}\nbody={text}",
        header="Authorization: Bearer {secret}",
        id_field="messages.0.id",
    )
    with pytest.raises(AssertionError):
        await sms(replace(told, settings=None), message)
    assert (await sms(told, message)).accepted == "abc-1"
    (request,) = service.requests
    assert json.loads(request.body) == {"recipient": message.to, "body": message.body}
    assert request.headers["Authorization"] == f"Bearer {KEY}"


async def test_a_gateway_that_answers_200_to_everything_is_read(service, message):
    service.usual = Reply(body=b"ERR 17 no credit")
    with pytest.raises(NotSent, match="no credit"):
        await sms(line(service, ok_contains="OK"), message)


def test_words_of_a_device_that_look_like_places_are_left_alone(service, message):
    nasty = replace(message, body="{secret} {to}")
    assert filled("{text}", line(service), nasty) == "{secret} {to}"
