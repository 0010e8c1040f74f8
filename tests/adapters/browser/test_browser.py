"""Single objects against a real snmpd: every version, every key, every refusal."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from noc_console.adapters.browser import PysnmpBrowser
from noc_console.adapters.browser import browser as module
from noc_console.kernel.errors import AuthRejected, Invalid, NotFound, Refused, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, SnmpTarget
from noc_console.services.snmp.model import ObjectType
from tests.adapters.browser.conftest import PAIRS
from tests.adapters.snmp.test_reader import reader  # noqa: F401 - a fixture
from tests.lab.snmpd import Agent

SYS_NAME, SYS_CONTACT, SYS_DESCR = "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.4.0", "1.3.6.1.2.1.1.1.0"
NOWHERE = "1.3.6.1.2.1.1.99.0"
V1, V2C = CredentialKind.SNMP_V1, CredentialKind.SNMP_V2C
QUICK: dict[str, Any] = {"timeout_s": 1.0, "retries": 0}


def writer(agent: Agent, version: str) -> SnmpTarget:
    """A target that may write."""
    if version == "v3":
        target = agent.target_v3()
        return replace(target, credential=replace(target.credential, user="writer"))
    target = agent.target(CredentialKind(version))
    return replace(target, credential=replace(target.credential, community=Secret("private")))


def reading(agent: Agent, version: str) -> SnmpTarget:
    return agent.target_v3() if version == "v3" else agent.target(CredentialKind(version))


@pytest.mark.parametrize("version", ["v1", "v2c", "v3"])
async def test_objects_are_read_in_the_order_asked_for(
    browser: PysnmpBrowser, agent: Agent, version: str
) -> None:
    target = reading(agent, version)
    got = await browser.get(target, [SYS_NAME, NOWHERE, SYS_DESCR])
    assert [(one.oid, one.type, one.value) for one in got] == [
        (SYS_NAME, ObjectType.STRING, "lab-snmpd"),
        (NOWHERE, ObjectType.MISSING, ""),
        (SYS_DESCR, ObjectType.STRING, "NOC Console test agent"),
    ]


@pytest.mark.parametrize(("auth", "priv"), PAIRS)
async def test_every_authentication_and_privacy_protocol_opens_the_agent(
    browser: PysnmpBrowser, agent: Agent, auth: str, priv: str
) -> None:
    (name,) = await browser.get(agent.target_v3(auth, priv), [SYS_NAME])
    assert name.value == "lab-snmpd"


@pytest.mark.parametrize("version", ["v1", "v2c", "v3"])
async def test_what_was_set_is_read_back(
    browser: PysnmpBrowser, agent: Agent, version: str
) -> None:
    target = writer(agent, version)
    words = f"nöc by {version}"
    taken = await browser.set(target, SYS_CONTACT, ObjectType.STRING, words.encode())
    (read,) = await browser.get(target, [SYS_CONTACT])
    assert taken == read
    assert read.value == words


@pytest.mark.parametrize(
    ("version", "oid", "type", "value", "error", "words"),
    [
        ("v1", SYS_DESCR, ObjectType.STRING, b"x", NotFound, "does not let it be written"),
        ("v1", SYS_CONTACT, ObjectType.INTEGER, 1, Invalid, "wrong type"),
        ("v2c", SYS_DESCR, ObjectType.STRING, b"x", Refused, "notWritable"),
        ("v2c", SYS_CONTACT, ObjectType.INTEGER, 1, Invalid, "wrongType"),
        ("v2c", SYS_CONTACT, ObjectType.STRING, b"x" * 300, Invalid, "wrongLength"),
        ("v3", SYS_DESCR, ObjectType.STRING, b"x", Refused, "notWritable"),
        ("v3", "1.3.6.1.2.1.2.2.1.7.1", ObjectType.INTEGER, 9, Invalid, "wrongValue"),
    ],
)
async def test_a_refused_set_says_why_in_words(
    browser: PysnmpBrowser,
    agent: Agent,
    version: str,
    oid: str,
    type: ObjectType,
    value: int | bytes,
    error: type[Exception],
    words: str,
) -> None:
    with pytest.raises(error, match=words) as caught:
        await browser.set(writer(agent, version), oid, type, value)
    assert caught.type is error
    assert "private" not in str(caught.value)


async def test_who_may_only_read_is_told_so(browser: PysnmpBrowser, agent: Agent) -> None:
    for version, words in (("v2c", "noAccess"), ("v3", "noAccess"), ("v1", "be written")):
        with pytest.raises(Refused, match=words):
            await browser.set(reading(agent, version), SYS_CONTACT, ObjectType.STRING, b"x")


async def test_a_wrong_community_looks_like_silence_and_the_error_says_so(
    browser: PysnmpBrowser, agent: Agent
) -> None:
    target = agent.target(V2C, **QUICK)
    wrong = replace(target, credential=replace(target.credential, community=Secret("hidden-1")))
    with pytest.raises(Unreachable, match="community is another") as caught:
        await browser.get(wrong, [SYS_NAME])
    assert caught.value.reason == "timeout"
    assert "hidden-1" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"auth_secret": Secret("not the pass phrase")}, AuthRejected),
        ({"user": "nobody"}, AuthRejected),
        ({"priv_secret": Secret("not the pass phrase")}, Unreachable),
        ({"auth_protocol": "ROT13"}, Invalid),
    ],
)
async def test_a_wrong_user_or_pass_phrase_is_told_without_showing_it(
    browser: PysnmpBrowser, agent: Agent, changes: dict[str, Any], error: type[Exception]
) -> None:
    target = agent.target_v3(**QUICK)
    wrong = replace(target, credential=replace(target.credential, **changes))
    with pytest.raises(error) as caught:
        await browser.get(wrong, [SYS_NAME])
    assert "pass phrase is" in str(caught.value) or "not the pass phrase" not in str(caught.value)
    # The right pass phrase of the same user works at once beside it.
    (name,) = await browser.get(agent.target_v3(), [SYS_NAME])
    assert name.value == "lab-snmpd"


@pytest.mark.parametrize("version", ["v1", "v2c", "v3"])
async def test_a_walk_stays_under_its_base_and_agrees_with_our_own_reader(
    browser: PysnmpBrowser,
    reader: Any,  # noqa: F811
    agent: Agent,
    version: str,
) -> None:
    target = reading(agent, version)
    walked = await browser.walk(target, "1.3.6.1.2.1.1", limit=1000)
    own = await reader.walk(target, "1.3.6.1.2.1.1")
    assert [one.oid for one in walked] == [oid for oid, _ in own]
    numbers = {one.oid: one.value for one in walked if one.type is ObjectType.OID}
    assert numbers == {oid: value for oid, value in own if oid in numbers}
    assert numbers["1.3.6.1.2.1.1.2.0"].startswith("1.3.6.1.4.1.8072")


async def test_a_walk_ends_at_its_limit_and_of_one_object_is_that_object(
    browser: PysnmpBrowser, agent: Agent
) -> None:
    target = agent.target()
    assert len(await browser.walk(target, "1.3.6.1", limit=60)) == 60
    (alone,) = await browser.walk(target, SYS_NAME, limit=10)
    assert alone.value == "lab-snmpd"
    assert await browser.walk(target, NOWHERE, limit=10) == ()


@pytest.mark.parametrize("version", ["v1", "v2c", "v3"])
async def test_what_follows_an_object_and_what_follows_the_last(
    browser: PysnmpBrowser, agent: Agent, version: str
) -> None:
    target = reading(agent, version)
    after = await browser.next(target, "1.3.6.1.2.1.1.4.0")
    assert after is not None
    assert after.oid == SYS_NAME
    assert await browser.next(target, "1.3.6.1.9") is None


async def test_questions_beyond_the_limit_wait_their_turn(
    browser: PysnmpBrowser, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser._gate = asyncio.Semaphore(3)
    most = 0
    engine = await browser._engine(agent.target())
    genuine = engine.get

    async def counted(*args: Any) -> Any:
        nonlocal most
        most = max(most, engine.in_use + 1)
        return await genuine(*args)

    monkeypatch.setattr(engine, "get", counted)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(browser.get(agent.target(), [SYS_NAME])) for _ in range(20)]
    assert {task.result()[0].value for task in tasks} == {"lab-snmpd"}
    assert most <= 3


async def test_engines_of_users_that_are_not_asked_any_more_are_closed(
    browser: PysnmpBrowser, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ENGINES", 2)
    for auth, priv in PAIRS[:4]:
        await browser.get(agent.target_v3(auth, priv), [SYS_NAME])
    assert len(browser._engines) == 2
    monkeypatch.setattr(module, "MOST_PLACES", 1)
    before = await browser._engine(agent.target())
    await browser.get(agent.target(), [SYS_NAME])
    assert await browser._engine(agent.target()) is not before
    (name,) = await browser.get(agent.target(), [SYS_NAME])
    assert name.value == "lab-snmpd"


@contextmanager
def replying(*replies: bytes) -> Iterator[int]:
    """A peer that answers any datagram with these, whatever was asked."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)

        def answer() -> None:
            _, sender = sock.recvfrom(4096)
            for reply in replies:
                sock.sendto(reply, sender)

        loop.add_reader(sock, answer)
        try:
            yield sock.getsockname()[1]
        finally:
            loop.remove_reader(sock)


async def test_rubbish_is_no_answer_and_breaks_nothing(
    browser: PysnmpBrowser, agent: Agent
) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, told: complaints.append(told))
    rubbish = (b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\x30\x03\x02\x01\x01", bytes(400))
    with replying(*rubbish) as port:
        target = replace(agent.target(**QUICK), port=port)
        with pytest.raises(Unreachable):
            await browser.get(target, [SYS_NAME])
    assert complaints == []


async def test_a_cancelled_question_leaves_nothing_behind(
    browser: PysnmpBrowser, agent: Agent
) -> None:
    with replying() as port:
        silent = replace(agent.target(), port=port)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await browser.get(silent, [SYS_NAME])
    engine = await browser._engine(silent)
    assert (engine.in_use, dict(engine._asked)) == (0, {})
    (name,) = await browser.get(agent.target(), [SYS_NAME])
    assert name.value == "lab-snmpd"


async def test_a_walk_goes_on_behind_an_object(browser: PysnmpBrowser, agent: Agent) -> None:
    whole = await browser.walk(agent.target(), "1.3.6.1.2.1.1", limit=100)
    first = await browser.walk(agent.target(), "1.3.6.1.2.1.1", limit=5)
    rest = await browser.walk(agent.target(), "1.3.6.1.2.1.1", after=first[-1].oid, limit=100)
    assert [one.oid for one in (*first, *rest)] == [one.oid for one in whole]
    end = await browser.walk(agent.target(), "1.3.6.1.2.1.1", after=whole[-1].oid, limit=100)
    assert end == ()
