"""Each kind of link is opened by what knows it."""

from __future__ import annotations

import pytest

from noc_console.adapters.links.opening import LinkOpener
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.services.terminal.connecting import LinkKind, Target, Wired
from noc_console.services.terminal.model import Size
from tests.adapters.links.keeper import KEEPER


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target("x", LinkKind.SSH, "127.0.0.1", 1, "me"), "refuses SSH"),
        (Target("x", LinkKind.TELNET, "127.0.0.1", 1), "refuses telnet"),
        (Target("x", LinkKind.SERIAL), "needs its port"),
        (Target("x", LinkKind.REPLAY), "not opened but played"),
    ],
)
async def test_each_kind_has_its_way(target: Target, words: str) -> None:
    with pytest.raises((Refused, Unreachable), match=words):
        await LinkOpener().open(target, Size(80, 24), KEEPER)


async def test_a_shell_opens_without_anything_said() -> None:
    link = await LinkOpener().open(Target("x", command=("/bin/sh",)), Size(80, 24), KEEPER)
    assert isinstance(link, Wired)
    await link.close()
