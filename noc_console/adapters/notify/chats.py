"""Slack, Microsoft Teams and Telegram: what each takes, and what its answers mean."""

from __future__ import annotations

import json
from typing import Any

from noc_console.adapters.notify.http import Answer, ask, check, clean
from noc_console.kernel.secret import Secret
from noc_console.services.notify.ports import Line, Message, NotSent, Sent
from noc_console.services.notify.settings import SlackSettings, TeamsSettings, TelegramSettings

_JSON = {"Content-Type": "application/json; charset=utf-8"}

_SLACK_COLOURS = {
    "critical": "#d92d20", "major": "#e8710a", "minor": "#d9a400", "warning": "#2f80ed",
}  # fmt: skip
_TEAMS_COLOURS = {"critical": "attention", "major": "warning", "minor": "warning"}
_SLACK_HEADER, _SLACK_TEXT = 150, 3000
_TEAMS_TEXT = 15_000
_TELEGRAM_TEXT = 4096


async def slack(line: Line, message: Message) -> Sent:
    """An incoming webhook (https://api.slack.com/messaging/webhooks).

    Texts go in as `plain_text`: no mention and no link comes out of a device's description.
    """
    assert isinstance(line.settings, SlackSettings)
    over = message.turn == "cleared"
    payload = {
        "text": _cut(message.subject, _SLACK_TEXT),
        "mrkdwn": False,
        "link_names": False,
        "unfurl_links": False,
        "attachments": [
            {
                "color": "#2e9e5b" if over else _SLACK_COLOURS.get(message.severity, "#7a869a"),
                "fallback": _cut(message.subject, _SLACK_TEXT),
                "blocks": [
                    {"type": "header", "text": _plain(message.subject, _SLACK_HEADER)},
                    {"type": "section", "text": _plain(message.body, _SLACK_TEXT)},
                ],
            }
        ],
    }
    answer = await ask("POST", line.secret, line.settings, headers=_JSON, content=_bytes(payload))
    check(answer, (line.secret,))
    return Sent(clean(answer.text, (line.secret,)))


def _plain(text: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": _cut(text, most) or "–", "emoji": False}


async def teams(line: Line, message: Message) -> Sent:
    """A workflow that waits for a webhook; it takes an Adaptive Card (version 1.4)."""
    assert isinstance(line.settings, TeamsSettings)
    over = message.turn == "cleared"
    colour = "good" if over else _TEAMS_COLOURS.get(message.severity, "default")
    title = {"type": "TextBlock", "size": "medium", "weight": "bolder", "wrap": True,
             "color": colour, "text": message.subject}  # fmt: skip
    # A single line break is none in a card's markdown.
    text = {"type": "TextBlock", "wrap": True,
            "text": _cut(message.body, _TEAMS_TEXT).replace("\n", "\n\n")}  # fmt: skip
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [title, text],
        "msteams": {"width": "Full"},
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    payload = {"type": "message", "attachments": [attachment]}
    answer = await ask("POST", line.secret, line.settings, headers=_JSON, content=_bytes(payload))
    check(answer, (line.secret,))
    return Sent(answer.headers.get("x-ms-workflow-run-id", f"HTTP {answer.status}")[:100])


async def telegram(line: Line, message: Message) -> Sent:
    """`sendMessage` of the bot API, as plain text: nothing in it is markup."""
    assert isinstance(line.settings, TelegramSettings)
    url = Secret(f"{line.settings.api.rstrip('/')}/bot{line.secret.reveal()}/sendMessage")
    payload = {
        "chat_id": message.to,
        "text": _cut(f"{message.subject}\n\n{message.body}", _TELEGRAM_TEXT),
        "disable_web_page_preview": True,
    }
    hidden = (url, line.secret)
    answer = await ask(
        "POST", url, line.settings, headers=_JSON, content=_bytes(payload), secrets=hidden
    )
    told = _json(answer)
    wait = _at(told, "parameters", "retry_after")
    if answer.status == 429 and isinstance(wait, int | float):
        raise NotSent("HTTP 429: too many messages", retry_after_s=float(wait), is_ours=True)
    if answer.status in (400, 403) and isinstance(_at(told, "description"), str):
        # The chat is unknown, or its owner blocked the bot: the bot itself works.
        said = clean(str(_at(told, "description")), hidden)
        raise NotSent(f"HTTP {answer.status}: {said}", is_final=True, is_ours=True)
    check(answer, hidden)
    if _at(told, "ok") is not True:
        raise NotSent("the answer is none of the bot API's")
    return Sent(f"message {_at(told, 'result', 'message_id')}")


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _at(told: Any, *names: str) -> Any:
    for name in names:
        told = told.get(name) if isinstance(told, dict) else None
    return told


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _bytes(payload: Any) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode("utf-8", errors="replace")
