"""Hosts that prove themselves by a certificate, made by ssh-keygen and shown by sshd."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from noc_console.adapters.ssh.certificates import against
from noc_console.adapters.ssh.chain import reach
from noc_console.adapters.ssh.jumps import Jumps
from noc_console.adapters.ssh.link import SshLink
from noc_console.adapters.ssh.opening import open_ssh
from noc_console.adapters.ssh.programs import connected, host_key
from noc_console.kernel.errors import AuthRejected
from noc_console.services.hostkeys.model import NotTrusted, OtherKey
from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.model import Size
from noc_console.services.ways.model import Door, Stop
from noc_console.wire.ssh_keys import Certificate
from tests.adapters.ssh.authorities import authority, certified
from tests.adapters.ssh.peers import Script, Sshd, key_login, keygen, sshd

GOOD = ("-n", "127.0.0.1,box.example.net")


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keygen(tmp_path_factory.mktemp("ca") / "ca")


async def log_in(server: Sshd, keeper: Script) -> SshLink:
    hop = server.hop
    return await open_ssh(
        Target("box", LinkKind.SSH, hop.host, hop.port, hop.user), Size(80, 24), keeper
    )


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
async def test_a_certificate_of_a_trusted_authority_is_taken_without_a_question(
    tmp_path: Path, ca: Path, kind: str
) -> None:
    with certified(tmp_path, ca, *GOOD, kind=kind) as server:
        keeper = Script([], [server.login], signers=[authority(ca)])
        link = await log_in(server, keeper)
        facts = dict(link.facts)
        assert keeper.shown == [] and keeper.asked == []
        assert facts["Host key"].startswith("signed by authority 1, ")
        assert server.pinned().fingerprint in facts["Host key"]
        assert link.badges == ()
        await link.close()


async def test_an_authority_may_be_of_rsa_and_a_certificate_for_every_host(tmp_path: Path) -> None:
    signer = keygen(tmp_path / "signer", "rsa", "-b", "2048")
    with certified(tmp_path, signer) as server:
        link = await log_in(server, Script([], [server.login], signers=[authority(signer)]))
        await link.close()


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (("-n", "a.example.net,b"), "authority 1 that is for a.example.net, b, not for 127.0.0.1"),
        ((*GOOD, "-V", "20200101Z:20200201Z"), "that has expired on 2020-02-01 00:00 UTC"),
        ((*GOOD, "-V", "20900101Z:20910101Z"), "that counts only from 2090-01-01 00:00 UTC on"),
    ],
)
async def test_a_certificate_that_does_not_hold_is_held_against_the_host(
    tmp_path: Path, ca: Path, how: tuple[str, ...], words: str
) -> None:
    with certified(tmp_path, ca, *how) as server:
        keeper = Script([], [server.login], signers=[authority(ca)])
        with pytest.raises(NotTrusted):
            await log_in(server, keeper)
        assert keeper.shown == [server.pinned()]
        assert words in keeper.held[0]
        assert server.accepted == 0


async def test_an_authority_that_is_revoked_blocks_its_hosts(tmp_path: Path, ca: Path) -> None:
    with certified(tmp_path, ca, *GOOD) as server:
        gone = authority(ca, revoked="its key was stolen")
        keeper = Script([], [server.login], signers=[gone])
        with pytest.raises(NotTrusted):
            await log_in(server, keeper)
        assert keeper.held == ["of authority 1, which is revoked: its key was stolen"]
        # A key that somebody trusted by itself is no word of the authority.
        link = await log_in(server, replace(keeper, keys=[server.pinned()], shown=[]))
        await link.close()


async def test_a_certificate_of_a_stranger_says_nothing(tmp_path: Path, ca: Path) -> None:
    other = keygen(tmp_path / "other")
    with certified(tmp_path, ca, *GOOD) as server:
        keeper = Script([], [server.login], signers=[authority(other)], trusts=True)
        link = await log_in(server, keeper)
        assert keeper.shown == [server.pinned()] and keeper.held == [""]
        await link.close()


async def test_a_host_without_a_certificate_is_asked_about_as_ever(
    tmp_path: Path, ca: Path
) -> None:
    with sshd(tmp_path) as server:
        keeper = Script([], [server.login], signers=[authority(ca)], trusts=True)
        link = await log_in(server, keeper)
        assert keeper.held == [""]
        await link.close()


async def test_a_key_that_changed_is_taken_by_its_new_certificate(tmp_path: Path, ca: Path) -> None:
    """What authorities are for: boxes that are replaced, without anybody being asked."""
    before = keygen(tmp_path / "before")
    with certified(tmp_path, ca, *GOOD) as server:
        old = replace(
            server.pinned(), key=" ".join((tmp_path / "before.pub").read_text().split()[:2])
        )
        assert before.exists()
        keeper = Script([old], [server.login], signers=[authority(ca)])
        link = await log_in(server, keeper)
        assert keeper.shown == []
        await link.close()


async def test_a_login_that_is_refused_behind_a_certificate_is_told_as_that(
    tmp_path: Path, ca: Path
) -> None:
    with certified(tmp_path, ca, *GOOD) as server:
        stranger = key_login(keygen(tmp_path / "stranger"))
        keeper = Script([], [stranger], signers=[authority(ca)])
        with pytest.raises(AuthRejected):
            await log_in(server, keeper)
        assert keeper.shown == []


async def test_programs_believe_and_block_the_same(tmp_path: Path, ca: Path) -> None:
    with certified(tmp_path, ca, *GOOD) as server:
        door = Door("127.0.0.1", server.port, authorities=(authority(ca),))
        async with connected(door, server.login, Jumps()):
            pass
        stop = Stop(replace(server.hop, user=""), (), (server.login,), door.authorities)
        async with connected(replace(door, stops=(stop,)), server.login, Jumps()):
            pass
        assert await host_key(door, Jumps()) == server.pinned()
        revoked = replace(door, authorities=(authority(ca, revoked="stolen from its safe"),))
        with pytest.raises(OtherKey, match="which is revoked") as told:
            async with connected(revoked, server.login, Jumps()):
                pass
        assert told.value.against.endswith("stolen from its safe")
        with pytest.raises(NotTrusted):
            async with connected(replace(door, authorities=()), server.login, Jumps()):
                pass


async def test_a_jump_host_by_certificate_leads_on(tmp_path: Path, ca: Path) -> None:
    with certified(tmp_path, ca, *GOOD) as server:
        keeper = Script([], [server.login], signers=[authority(ca)])
        chain = await reach((server.hop, server.hop), keeper, uses_agent=False)
        assert len(chain.reached) == 2
        await chain.close()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Invalid certificate type for host x", "of authority 1 that is one for people"),
        ("Certificate expired for host x", "of authority 1 that has expired on no day at all"),
        ("Certificate principal mismatch", "that is for a, b, c, d, e…, not for x"),
        ("Something new for host x", "of authority 1 that does not hold"),
    ],
)
def test_what_the_library_says_is_told_in_words(ca: Path, said: str, words: str) -> None:
    error = asyncssh.HostKeyNotVerifiable(said)
    shown = Certificate(tuple("abcdef"), 0, 2**64 - 1, "ssh-ed25519")
    assert words in against(authority(ca), shown, error, "x")
    assert against(authority(ca), None, error, "x") == "of authority 1 that cannot be read"


async def test_a_certificate_that_is_signed_by_sha_1_does_not_hold(tmp_path: Path) -> None:
    signer = keygen(tmp_path / "signer", "rsa", "-b", "2048")
    with certified(tmp_path, signer, *GOOD, "-t", "ssh-rsa") as server:
        keeper = Script([], [server.login], signers=[authority(signer)])
        with pytest.raises(NotTrusted):
            await log_in(server, keeper)
        assert keeper.held == ["of authority 1 that is signed by SHA-1, which is no longer safe"]


def test_a_certificate_that_nobody_we_know_signed_counts_neither_way() -> None:
    stranger = asyncssh.HostKeyNotVerifiable("Host CA key is not trusted")
    assert against(None, None, stranger, "x") == ""
    broken = asyncssh.HostKeyNotVerifiable("Unable to decode host key for host x")
    assert against(None, None, broken, "x") == "that cannot be read"
