from __future__ import annotations

import json
from dataclasses import replace

import pytest

from noc_console.adapters.notify.chats import slack, teams, telegram
from noc_console.kernel.secret import Secret
from noc_console.services.notify.ports import Line, NotSent
from noc_console.services.notify.settings import (
    ChannelKind,
    SlackSettings,
    TeamsSettings,
    TelegramSettings,
)
from tests.adapters.notify.services import Reply

TOKEN = "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def slack_line(service):
    return Line(ChannelKind.SLACK, SlackSettings(), Secret(f"{service.url}/services/T/B/X"))


async def test_slack_gets_plain_text_that_mentions_nobody(service, message):
    sent = await slack(slack_line(service), replace(message, body="x" * 5000))
    assert sent.accepted == "ok"
    (request,) = service.requests
    told = json.loads(request.body)
    assert told["text"] == message.subject and told["mrkdwn"] is False
    header, section = told["attachments"][0]["blocks"]
    assert header["text"] == {"type": "plain_text", "text": message.subject, "emoji": False}
    assert section["text"]["type"] == "plain_text" and len(section["text"]["text"]) == 3000
    assert told["attachments"][0]["color"] == "#d92d20"


async def test_what_is_over_is_green(service, message):
    await slack(slack_line(service), replace(message, turn="cleared"))
    assert json.loads(service.requests[0].body)["attachments"][0]["color"] == "#2e9e5b"


async def test_slack_that_is_gone_or_busy_says_so(service, message):
    service.replies = [Reply(410, b"channel_is_archived"), Reply(429, headers={"Retry-After": "3"})]
    with pytest.raises(NotSent) as gone:
        await slack(slack_line(service), message)
    assert gone.value.is_gone and "channel_is_archived" in str(gone.value)
    with pytest.raises(NotSent) as busy:
        await slack(slack_line(service), message)
    assert busy.value.retry_after_s == 3


async def test_teams_gets_an_adaptive_card(service, message):
    service.usual = Reply(202, b"", {"x-ms-workflow-run-id": "run-1"})
    line = Line(ChannelKind.TEAMS, TeamsSettings(), Secret(f"{service.url}/workflows/1"))
    assert (await teams(line, message)).accepted == "run-1"
    told = json.loads(service.requests[0].body)
    assert told["type"] == "message"
    (attachment,) = told["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert [each["type"] for each in card["body"]] == ["TextBlock", "TextBlock"]
    assert card["body"][0]["color"] == "attention"
    assert "\n\n" in card["body"][1]["text"]


def bot(service):
    return Line(ChannelKind.TELEGRAM, TelegramSettings(api=service.url), Secret(TOKEN))


async def test_telegram_tells_the_number_of_the_message(service, message):
    service.usual = Reply(body=b'{"ok":true,"result":{"message_id":77}}')
    sent = await telegram(bot(service), replace(message, to="-100123"))
    assert sent.accepted == "message 77"
    (request,) = service.requests
    assert request.path == f"/bot{TOKEN}/sendMessage"
    told = json.loads(request.body)
    assert told["chat_id"] == "-100123" and "parse_mode" not in told
    assert told["text"].startswith(message.subject)


async def test_telegram_says_when_to_come_back_and_who_blocked_it(service, message):
    service.replies = [
        Reply(429, b'{"ok":false,"parameters":{"retry_after":11}}'),
        Reply(403, b'{"ok":false,"description":"Forbidden: bot was blocked by the user"}'),
        Reply(401, b'{"ok":false,"description":"Unauthorized"}'),
        Reply(200, b"<html>not the bot API</html>"),
    ]
    errors = []
    for _ in range(4):
        with pytest.raises(NotSent) as raised:
            await telegram(bot(service), message)
        errors.append(raised.value)
    busy, blocked, token, other = errors
    assert busy.retry_after_s == 11
    assert blocked.is_final and blocked.is_ours and "blocked by the user" in str(blocked)
    assert not token.is_final and not token.is_ours
    assert "none of the bot API's" in str(other)
    assert not any(TOKEN in str(each) for each in errors)
