"""Logins against a real FreeRADIUS on loopback."""

from __future__ import annotations

import pytest

from noc_console.adapters.probes import radius
from noc_console.kernel.secret import Secret
from noc_console.services.probes.model import ProbeState, Secrets
from noc_console.services.probes.settings import RadiusSettings
from tests.adapters.probes.peers import SECRET, free_udp_port, freeradius

RIGHT = Secrets(Secret(SECRET), Secret("right"))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with freeradius(tmp_path_factory.mktemp("radius")) as port:
        yield port


def settings(port: int, **changes) -> RadiusSettings:
    return RadiusSettings(**({"port": port, "timeout_s": 2.0} | changes))


async def test_a_login_is_accepted_and_its_answer_signed(server):
    told = await radius.login("127.0.0.1", settings(server), RIGHT)
    assert (told.state, told.error) == (ProbeState.WELL, "")
    assert dict(told.facts) == {"Answer": "Access-Accept", "Signed": "yes"}
    assert told.rtts_us[0] > 0


async def test_a_wrong_password_is_a_refusal_not_silence(server):
    wrong = Secrets(Secret(SECRET), Secret("wrong"))
    told = await radius.login("127.0.0.1", settings(server), wrong)
    assert (told.state, told.reason) == (ProbeState.WRONG, "reject")
    told = await radius.login("127.0.0.1", settings(server, expected="reject"), wrong)
    assert told.state is ProbeState.WELL
    told = await radius.login("127.0.0.1", settings(server, expected="any"), RIGHT)
    assert told.state is ProbeState.WELL


async def test_another_shared_secret_is_told_apart_from_a_dead_server(server, monkeypatch):
    monkeypatch.setattr(radius, "SECOND_S", 1.0)
    other = Secrets(Secret("another secret"), Secret("right"))
    told = await radius.login("127.0.0.1", settings(server, timeout_s=1.0), other)
    assert (told.state, told.reason) == (ProbeState.WRONG, "secret")
    told = await radius.login("127.0.0.1", settings(free_udp_port(), timeout_s=1.0), RIGHT)
    assert (told.state, told.reason) == (ProbeState.SILENT, "refused")


async def test_a_server_that_ignores_one_login_only_is_told(server, monkeypatch):
    monkeypatch.setattr(radius, "SECOND_S", 1.5)
    quiet = settings(server, user="noc-probe-quiet", timeout_s=1.0)
    told = await radius.login("127.0.0.1", quiet, RIGHT)
    assert (told.state, told.reason) == (ProbeState.SILENT, "ignored")


async def test_an_unsigned_answer_is_wrong_unless_the_probe_allows_it(tmp_path):
    """CVE-2024-3596: Debian 12's FreeRADIUS signs no accepted PAP login by itself."""
    with freeradius(tmp_path, signs=False) as port:
        told = await radius.login("127.0.0.1", settings(port), RIGHT)
        assert (told.state, told.reason) == (ProbeState.WRONG, "unsigned")
        told = await radius.login("127.0.0.1", settings(port, needs_authenticator=False), RIGHT)
    assert told.state is ProbeState.WELL
    assert dict(told.facts)["Signed"].startswith("no")


async def test_our_question_is_signed_where_the_server_insists(tmp_path):
    with freeradius(tmp_path, requires=True) as port:
        told = await radius.login("127.0.0.1", settings(port), RIGHT)
    assert told.state is ProbeState.WELL


async def test_forged_answers_do_not_end_the_waiting(server):
    """Somebody on the way answers first, with garbage and with a wrong signature.

    The forger is ours: no real server forges.
    """
    import asyncio
    import socket

    loop = asyncio.get_running_loop()
    front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for sock in (front, back):
        sock.setblocking(False)
    front.bind(("127.0.0.1", 0))
    back.connect(("127.0.0.1", server))

    async def between() -> None:
        question, source = await loop.sock_recvfrom(front, 4096)
        for forged in (
            b"\x02",
            b"\x02" + question[1:2] + b"\x00\x14" + b"\x00" * 16,
            b"\x05" + question[1:2] + b"\x00\x14" + b"\x00" * 16,
            b"\x02" + question[1:2] + b"\x00\x18" + b"\x00" * 16 + b"\x50\x12ab",
        ):
            await loop.sock_sendto(front, forged, source)
        await loop.sock_sendall(back, question)
        await loop.sock_sendto(front, await loop.sock_recv(back, 4096), source)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(between())
            port = front.getsockname()[1]
            asked = group.create_task(radius.login("127.0.0.1", settings(port), RIGHT))
        assert asked.result().state is ProbeState.WELL
    finally:
        front.close()
        back.close()


async def test_without_a_secret_nothing_is_sent():
    told = await radius.login("127.0.0.1", settings(1), Secrets())
    assert (told.state, told.reason) == (ProbeState.SILENT, "setup")


def test_no_secret_is_shown_by_what_a_probe_holds():
    assert SECRET not in repr(RIGHT)
