"""Hands messages over by every kind of channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from noc_console.adapters.notify.chats import slack, teams, telegram
from noc_console.adapters.notify.http import ask, check
from noc_console.adapters.notify.mail import mail
from noc_console.adapters.notify.other import other, threads
from noc_console.adapters.notify.sms import sms
from noc_console.adapters.notify.webhook import webhook
from noc_console.kernel.secret import Secret
from noc_console.services.notify.ports import Line, Message, Sender, Sent
from noc_console.services.notify.settings import ChannelKind, WebhookSettings

_DOORS = {
    ChannelKind.EMAIL: mail,
    ChannelKind.SMS: sms,
    ChannelKind.SLACK: slack,
    ChannelKind.TEAMS: teams,
    ChannelKind.TELEGRAM: telegram,
    ChannelKind.WEBHOOK: webhook,
}


class Senders:
    """One door for each kind."""

    def __init__(self, runner: ThreadPoolExecutor) -> None:
        self._runner = runner

    async def send(self, line: Line, message: Message) -> Sent:
        """Raises `NotSent`."""
        if line.kind is ChannelKind.APPRISE:
            return await other(line, message, self._runner)
        return await _DOORS[line.kind](line, message)

    async def ping(self, url: Secret) -> None:
        """Tell a watching service that we live."""
        check(await ask("GET", url, WebhookSettings()), (url,))


@asynccontextmanager
async def open_sender() -> AsyncIterator[Sender]:
    """A sender; what apprise still does at the end is not waited for."""
    runner = threads()
    try:
        yield Senders(runner)
    finally:
        runner.shutdown(wait=False, cancel_futures=True)
