"""Services that apprise reaches, by the list of allowed schemes (`APPRISE_SCHEMES`).

apprise is imported when the first such message is sent: it brings some 170 services. It is
synchronous, so it runs in threads of its own, of which a hanging service takes no more than all.
It resolves names itself, and what stands in the place of a host is a token with many services, so
that no name is looked up here: addresses that are off limits are refused as such, and no redirect
leads to one.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from noc_console.adapters.notify.http import clean, is_off_limits, literal
from noc_console.kernel.errors import Invalid
from noc_console.services.notify.ports import Line, Message, NotSent, Sent
from noc_console.services.notify.settings import AppriseSettings, ChannelKind, check_secret

THREADS = 4


def threads() -> ThreadPoolExecutor:
    """Where apprise runs."""
    return ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="apprise")


async def other(line: Line, message: Message, runner: ThreadPoolExecutor) -> Sent:
    """One message; apprise tells only whether it went."""
    settings = line.settings
    assert isinstance(settings, AppriseSettings)
    try:
        check_secret(ChannelKind.APPRISE, line.secret.reveal())
    except Invalid as error:
        raise NotSent(str(error), is_final=True) from error
    _refuse_off_limits(line.secret.reveal())
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(settings.timeout_s):
            await loop.run_in_executor(runner, _notify, line, message)
    except TimeoutError as error:
        raise NotSent(f"no answer within {settings.timeout_s:g} s") from error
    return Sent("accepted")


def _refuse_off_limits(url: str) -> None:
    try:
        address = literal(urlsplit(url).hostname or "")
    except ValueError as error:
        raise NotSent("this is no URL", is_final=True) from error
    if address is not None and is_off_limits(address):
        raise NotSent("it leads to a link-local or metadata address", is_final=True)


def _notify(line: Line, message: Message) -> None:
    """In a thread; raises `NotSent` with what apprise logged, our secret taken out."""
    import apprise

    hidden = (line.secret,)
    asset = apprise.AppriseAsset(
        plugin_paths=[],
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        async_mode=False,
        secure_logging=True,
        http_redirects=False,
        app_id="NOC Console",
        app_desc="NOC Console",
        app_url="",
    )
    service = apprise.Apprise.instantiate(line.secret.reveal(), asset=asset)
    if service is None:
        raise NotSent("apprise does not understand this URL", is_final=True)
    listening = _Listening()
    logger = logging.getLogger("apprise")
    logger.addHandler(listening)
    try:
        done = service.notify(
            title=message.subject, body=message.body, body_format=apprise.NotifyFormat.TEXT
        )
    except Exception as error:  # noqa: BLE001 - a foreign plug-in of 170 may raise anything
        said = clean(f"{type(error).__name__}: {error}", hidden)
        raise NotSent(f"apprise failed: {said}") from None
    finally:
        logger.removeHandler(listening)
    if not done:
        said = clean(" ".join(listening.told[-3:]), hidden)
        raise NotSent(f"the service did not take it: {said or 'apprise does not say why'}")


class _Listening(logging.Handler):
    """What apprise says on this thread; other channels' words are not ours to repeat."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.told.append(record.getMessage())
