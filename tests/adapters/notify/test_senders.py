from __future__ import annotations

import pytest

from noc_console.adapters.notify.senders import open_sender
from noc_console.kernel.secret import Secret
from noc_console.services.notify.ports import Line, NotSent
from noc_console.services.notify.settings import ChannelKind, SlackSettings, WebhookSettings
from tests.adapters.notify.services import Reply


async def test_each_kind_goes_through_its_door(service, message):
    async with open_sender() as sender:
        hook = Line(ChannelKind.WEBHOOK, WebhookSettings(), Secret(f"{service.url}/hook"))
        chat = Line(ChannelKind.SLACK, SlackSettings(), Secret(f"{service.url}/chat"))
        await sender.send(hook, message)
        await sender.send(chat, message)
    assert [request.path for request in service.requests] == ["/hook", "/chat"]


async def test_a_watching_service_is_pinged_and_its_no_is_told(service):
    service.replies = [Reply(200), Reply(404, b"no such check")]
    async with open_sender() as sender:
        await sender.ping(Secret(f"{service.url}/ping/uuid-1234"))
        with pytest.raises(NotSent, match="HTTP 404") as raised:
            await sender.ping(Secret(f"{service.url}/ping/uuid-1234"))
    assert "uuid-1234" not in str(raised.value)
    assert [request.method for request in service.requests] == ["GET", "GET"]
