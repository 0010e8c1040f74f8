"""What is told of a connection."""

from __future__ import annotations

import asyncio

from PySide6.QtGui import QGuiApplication

from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.session import Session
from noc_console.views.kit.label import Label
from noc_console.views.terminal.about import AboutDialog
from tests.views.conftest import shown


class Link:
    """A link that says what a hostile device might: only its words matter here."""

    describe = "ssh noc@10.0.0.1"
    facts = (("Server", "SSH-2.0-<img src=x>\x1b"), ("Key exchange", "x, strict"))
    badges = ("old algorithms: 3des-cbc",)
    ended = None

    async def read(self, limit: int) -> bytes:
        await asyncio.Event().wait()
        return b""

    def write(self, typed: bytes) -> None: ...

    def resize(self, columns: int, rows: int) -> None: ...

    def send_break(self) -> None: ...

    async def close(self) -> None: ...


async def test_facts_badges_and_amounts_are_plain_text_and_can_be_copied() -> None:
    target = Target("ams-1", LinkKind.SSH, "10.0.0.1", device_id=7, platform="iosxr", site="Ams")
    session = Session.over(Link(), target, Size(80, 24))  # type: ignore[arg-type]
    session.send(b"x" * 2048)
    dialog = AboutDialog(None, session)
    shown(dialog)
    told = dict(dialog.rows)
    assert told["Server"] == "SSH-2.0-<img src=x>␛" and told["Key exchange"] == "x, strict"
    assert told["Device"] == "iosxr, Ams" and told["Sent"] == "2.00 KiB"
    texts = [label.text() for label in dialog.findChildren(Label)]
    assert "Old algorithms: 3des-cbc" in texts and "ssh noc@10.0.0.1" in texts
    dialog.copy_button.click()
    assert "Server: SSH-2.0-<img src=x>␛" in QGuiApplication.clipboard().text()
    dialog.accept()
