"""Logins: passwords and questions, against a server that asks what a test says.

asyncssh's own server stands in for sshd, which asks for passwords only of accounts of the system.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import asyncssh
import pytest

from noc_console.adapters.ssh.chain import reach
from noc_console.adapters.ssh.client import MOST_ASKED, Patience
from noc_console.kernel.errors import AuthRejected
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.terminal.connecting import Prompt
from noc_console.services.ways.model import Hop
from tests.adapters.ssh.peers import Script

Challenge = tuple[str, str, str, Sequence[tuple[str, bool]]]


class Door(asyncssh.SSHServer):
    """Asks questions, or for a password."""

    questions: Sequence[Challenge] = ()
    right: Sequence[Sequence[str]] = ()
    password = ""
    banner = ""

    def __init__(self) -> None:
        self.step = 0
        self.user = ""
        self.tried: list[str] = []

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        if self.banner:
            conn.send_auth_banner(self.banner)

    def begin_auth(self, username: str) -> bool:
        self.user = username
        return True

    def password_auth_supported(self) -> bool:
        return bool(self.password)

    def validate_password(self, username: str, password: str) -> bool:
        self.tried.append(password)
        return password == self.password

    def kbdint_auth_supported(self) -> bool:
        return bool(self.questions)

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Challenge:
        self.step = 0
        return self.questions[0]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool | Challenge:
        if list(responses) != list(self.right[self.step]):
            return False
        self.step += 1
        return True if self.step == len(self.questions) else self.questions[self.step]


@asynccontextmanager
async def door(**given: object) -> AsyncIterator[tuple[Hop, Script, list[Door]]]:
    """A server, the way to it, and a keeper that trusts it."""
    met: list[Door] = []

    def enter() -> Door:
        kind = type("ThisDoor", (Door,), given)
        met.append(kind())
        return met[-1]

    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.create_server(enter, "127.0.0.1", 0, server_host_keys=[key])
    text = " ".join(key.export_public_key().decode().split()[:2])
    hop = Hop("127.0.0.1", server.get_port(), "mira")
    try:
        yield hop, Script([HostKey(hop.host, hop.port, text, key.get_fingerprint())]), met
    finally:
        server.close()
        await server.wait_closed()


def word(password: str, name: str = "lab") -> SshLogin:
    return SshLogin(1, name, "mira", password=Secret(password))


async def login(hop: Hop, keeper: Script) -> str:
    """Log in; how that was done."""
    chain = await reach((hop,), keeper, uses_agent=False, connect_s=5)
    method = chain.last.client.method
    await chain.close()
    return method


async def test_passwords_of_the_vault_are_tried_in_turn_each_once() -> None:
    async with door(password="right") as (hop, keeper, met):
        keeper.given = [word("wrong", "old"), word("right", "new")]
        assert await login(hop, keeper) == "password “new”"
        assert met[0].tried == ["wrong", "right"] and keeper.asked == []


async def test_a_person_is_asked_when_the_vault_knows_none_and_may_turn_away() -> None:
    async with door(password="right") as (hop, keeper, met):
        keeper.answer = lambda _: ["right"]
        assert await login(hop, keeper) == "password, typed"
        assert keeper.asked == [("Password of mira",)]
        keeper.answer = lambda _: ["wrong"]
        with pytest.raises(AuthRejected):
            await login(hop, keeper)
        assert len(met[-1].tried) == MOST_ASKED
        keeper.answer = lambda _: None
        with pytest.raises(AuthRejected, match="nobody answered"):
            await login(hop, keeper)


async def test_all_users_of_the_vault_are_tried_before_a_person_is_asked() -> None:
    async with door(password="right") as (hop, keeper, met):
        anybody = Hop(hop.host, hop.port)
        others = [
            SshLogin(1, user, user, password=Secret(word))
            for user, word in (("mira", "wrong"), ("bob", "right"))
        ]
        keeper.given = others
        assert await login(anybody, keeper) == "password “bob”"
        assert keeper.asked == [] and [each.user for each in met[-2:]] == ["mira", "bob"]
        keeper.given = [replace(each, password=Secret("wrong")) for each in others]
        keeper.answer = lambda _: ["right"]
        assert await login(anybody, keeper) == "password, typed"
        assert keeper.asked == [("Password of mira",)]


async def test_a_password_by_questions_comes_from_the_vault_and_a_code_from_the_person() -> None:
    code = ("Second factor", "from\x1b your token", "", [("Code: ", True), ("PIN: ", False)])
    asked = [("", "", "", [("Password: ", False)]), code]
    async with door(questions=asked, right=[["right"], ["123", "9"]]) as (hop, keeper, _):
        keeper.given = [word("right")]
        seen: list[Sequence[Prompt]] = []

        def answer(prompts: Sequence[Prompt]) -> list[str]:
            seen.append(prompts)
            return ["123", "9"]

        keeper.answer = answer
        assert await login(hop, keeper) == "answers, typed"
        assert [(one.text, one.is_secret) for one in seen[0]] == [
            ("Code: ", False),
            ("PIN: ", True),
        ]


async def test_a_question_for_a_new_password_is_not_answered_by_the_vault() -> None:
    asked = [("", "Your password expired", "", [("New password: ", False)])]
    async with door(questions=asked, right=[["never"]]) as (hop, keeper, _):
        keeper.given = [word("right")]
        with pytest.raises(AuthRejected):
            await login(hop, keeper)
        assert keeper.asked[0] == ("New password: ",)


async def test_a_server_with_endless_questions_is_left() -> None:
    asked = [("", "", "", [(f"{number}?", True) for number in range(200)])]
    async with door(questions=asked, right=[[""]]) as (hop, keeper, _):
        with pytest.raises(AuthRejected):
            await login(hop, keeper)
        assert keeper.asked == []


async def test_a_banner_is_told_with_its_control_characters_visible() -> None:
    async with door(password="right", banner="Keep out\r\n\x1b[2Jnow\n") as (hop, keeper, _):
        keeper.given = [word("right")]
        await login(hop, keeper)
        assert any("Keep out" in text and "␛[2Jnow" in text for text in keeper.heard)


async def test_a_person_may_take_longer_than_the_network() -> None:
    async with door(password="right") as (hop, keeper, _):
        slow = _Slow(keeper, lambda: asyncio.sleep(0.6))
        chain = await reach((hop,), slow, uses_agent=False, connect_s=0.5)
        await chain.close()


class _Slow(Script):
    """Thinks before answering."""

    def __init__(self, like: Script, think: Callable[[], object]) -> None:
        super().__init__(like.keys, like.given)
        self._think = think

    async def answers(self, title: str, text: str, prompts: Sequence[Prompt]) -> tuple[Secret, ...]:
        await self._think()  # type: ignore[misc]
        return (Secret("right"),)


async def test_patience_runs_again_after_the_answer() -> None:
    patience = Patience(0.05)
    with pytest.raises(TimeoutError):
        async with patience.timeout:
            patience.wait()
            await asyncio.sleep(0.1)
            patience.go_on()
            await asyncio.sleep(5)
