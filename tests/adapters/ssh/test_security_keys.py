"""Logins by security keys, judged by OpenSSH's server: touches, PINs, and what goes wrong."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from noc_console.adapters.ssh import authenticators, security_keys
from noc_console.adapters.ssh.jumps import Jumps
from noc_console.adapters.ssh.link import SshLink
from noc_console.adapters.ssh.opening import open_ssh
from noc_console.adapters.ssh.programs import connected
from noc_console.kernel.errors import AuthRejected
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import NeedsTouch, SshLogin
from noc_console.services.terminal.asking import TOUCH
from noc_console.services.terminal.connecting import LinkKind, Prompt, Target
from noc_console.services.terminal.model import Size
from tests.adapters.ssh.authenticator import ECDSA, ED25519, UP, UV, Authenticator
from tests.adapters.ssh.peers import USER, Script, Sshd, key_login, keygen, sshd

SIZE = Size(80, 24)
Plug = Callable[..., None]


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Plug:
    def plugged(*keys: Authenticator) -> None:
        monkeypatch.setattr(authenticators, "plugged", lambda: iter(keys))

    return plugged


@pytest.fixture
def key(plug: Plug) -> Authenticator:
    """Plugged in, and touched as soon as it blinks."""
    made = Authenticator()
    made.finger.set()
    plug(made)
    return made


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """Takes nothing but keys."""
    home = tmp_path_factory.mktemp("strict")
    with sshd(home, "AuthenticationMethods publickey", "LogLevel VERBOSE") as running:
        yield running


def let_in(server: Sshd, *public: Path, how: str = "") -> None:
    lines = [f"{how} {each.read_text()}" for each in public]
    (server.home / "authorized").write_text("".join(lines))


def made(server: Sshd, key: Authenticator, kind: str = ED25519, flags: int = UP) -> SshLogin:
    """A login by a new key of this security key, which the server lets in."""
    file = key.new(kind, flags=flags).write(server.home / "sk")
    let_in(server, file.with_name("sk.pub"))
    return key_login(file)


async def log_in(server: Sshd, keeper: Script) -> SshLink:
    hop = server.hop
    target = Target("box", LinkKind.SSH, hop.host, hop.port, hop.user, uses_agent=False)
    return await open_ssh(target, SIZE, keeper)


def at(server: Sshd, *logins: SshLogin, **more: object) -> Script:
    return Script([server.pinned()], logins, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [ED25519, ECDSA])
async def test_a_touch_logs_in_and_the_terminal_asks_for_it(
    strict: Sshd, key: Authenticator, kind: str
) -> None:
    keeper = at(strict, made(strict, key, kind))
    link = await log_in(strict, keeper)
    assert dict(link.facts)["Logged in by"] == "key “sk”"
    assert TOUCH in keeper.heard and "signed" in keeper.heard[-1]
    assert keeper.asked == []
    assert key.threads == {"security-key"}
    await link.close()


async def test_the_file_is_one_that_openssh_reads_and_may_have_a_pass_phrase(
    strict: Sshd, key: Authenticator
) -> None:
    login = made(strict, key)
    file = strict.home / "sk"
    told = subprocess.run(["ssh-keygen", "-y", "-f", file], capture_output=True, check=True)
    assert told.stdout.split()[:2] == (strict.home / "sk.pub").read_bytes().split()[:2]
    subprocess.run(
        ["ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", file], check=True
    )
    shut = key_login(file, passphrase="open sesame")
    assert shut.key != login.key and shut.needs_touch
    link = await log_in(strict, at(strict, shut))
    await link.close()
    keeper = at(strict, key_login(file), answer=lambda _: ["open sesame"])
    link = await log_in(strict, keeper)
    assert keeper.asked == [("Pass phrase of the key “sk”",)]
    await link.close()


async def test_the_loop_goes_on_while_the_key_blinks(strict: Sshd, plug: Plug) -> None:
    key = Authenticator()
    plug(key)
    keeper = at(strict, made(strict, key))
    async with asyncio.TaskGroup() as group:
        opening = group.create_task(log_in(strict, keeper))
        while TOUCH not in keeper.heard:
            await asyncio.sleep(0.01)
        for _ in range(20):  # the loop's own turns, in one of which nothing is done
            await asyncio.sleep(0)
        assert not opening.done()
        key.finger.set()
    await opening.result().close()


async def test_who_gives_up_connecting_is_not_held_by_the_key(strict: Sshd, plug: Plug) -> None:
    key = Authenticator()
    plug(key)
    opening = asyncio.get_running_loop().create_task(log_in(strict, at(strict, made(strict, key))))
    while not key.blinks.is_set():
        await asyncio.sleep(0.01)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    async with asyncio.timeout(5):  # the key was told to stop blinking
        while any(each.name == "security-key" for each in threading.enumerate()):
            await asyncio.sleep(0.01)


async def test_a_touch_takes_longer_than_a_host_may(
    strict: Sshd, plug: Plug, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The patience with a silent host stands still while a person looks for the key."""
    from noc_console.adapters.ssh import chain

    key = Authenticator()
    plug(key)
    reach = chain._Joining.__init__

    def hasty(self: object, *given: object) -> None:
        reach(self, *given[:-1], 0.7)  # type: ignore[arg-type]

    monkeypatch.setattr(chain._Joining, "__init__", hasty)
    keeper = at(strict, made(strict, key))
    async with asyncio.TaskGroup() as group:
        opening = group.create_task(log_in(strict, keeper))
        while not key.blinks.is_set():
            await asyncio.sleep(0.01)
        await asyncio.sleep(1.0)
        key.finger.set()
    await opening.result().close()


@pytest.mark.parametrize("kind", [ED25519, ECDSA])
async def test_a_pin_is_asked_where_the_key_wants_one(
    strict: Sshd, key: Authenticator, kind: str
) -> None:
    key.pin = "482913"
    login = made(strict, key, kind, UP | UV)
    let_in(strict, strict.home / "sk.pub", how="verify-required")
    said = iter(["000000", "482913"])
    keeper = at(strict, login, answer=lambda _: [next(said)])
    link = await log_in(strict, keeper)
    assert keeper.asked == [("PIN of the security key of “sk”",)] * 2
    assert not any("482913" in text or "000000" in text for text in keeper.heard)
    await link.close()


async def test_how_often_a_pin_may_still_be_tried_is_told(strict: Sshd, key: Authenticator) -> None:
    key.pin = "482913"
    texts: list[str] = []

    class Listening(Script):
        async def answers(
            self, title: str, text: str, prompts: Sequence[Prompt]
        ) -> tuple[Secret, ...] | None:
            texts.append(text)
            return (Secret("111111"),)

    with pytest.raises(AuthRejected, match="PIN was wrong too often"):
        await log_in(strict, Listening([strict.pinned()], [made(strict, key, flags=UP | UV)]))
    assert texts[0].startswith("This SSH key signs only for who knows the PIN")
    assert [text for text in texts if "may be tried 7 more times" in text]
    assert key.tries == 8 - security_keys.MOST_PINS


async def test_a_finger_takes_the_place_of_the_pin(strict: Sshd, key: Authenticator) -> None:
    key.pin, key.has_sensor = "482913", True
    login = made(strict, key, flags=UP | UV)
    let_in(strict, strict.home / "sk.pub", how="verify-required")
    keeper = at(strict, login)
    link = await log_in(strict, keeper)
    assert keeper.asked == []
    await link.close()


async def test_a_key_made_without_touch_signs_where_the_server_allows_it(
    strict: Sshd, plug: Plug
) -> None:
    key = Authenticator()
    plug(key)
    login = made(strict, key, flags=0)
    with pytest.raises(AuthRejected):  # sshd wants a touch unless told otherwise
        await log_in(strict, at(strict, login))
    let_in(strict, strict.home / "sk.pub", how="no-touch-required")
    keeper = at(strict, login)
    link = await log_in(strict, keeper)
    assert not key.blinks.is_set() and TOUCH not in keeper.heard
    await link.close()


async def test_a_key_of_u2f_signs_too(strict: Sshd, plug: Plug) -> None:
    key = Authenticator(is_old=True)
    plug(Authenticator(is_old=True), key)
    keeper = at(strict, made(strict, key, ECDSA))
    async with asyncio.TaskGroup() as group:
        opening = group.create_task(log_in(strict, keeper))
        while TOUCH not in keeper.heard:
            await asyncio.sleep(0.01)
        key.finger.set()
    await opening.result().close()


async def test_the_right_one_of_two_keys_blinks(strict: Sshd, plug: Plug) -> None:
    other, key = Authenticator(), Authenticator()
    key.finger.set()
    plug(other, key)
    link = await log_in(strict, at(strict, made(strict, key)))
    assert not other.blinks.is_set()
    await link.close()


async def test_a_certificate_of_a_security_key_logs_in(tmp_path: Path, key: Authenticator) -> None:
    ca = keygen(tmp_path / "ca")
    file = key.new().write(tmp_path / "sk")
    signed = ["ssh-keygen", "-q", "-s", str(ca), "-I", "mira", "-n", USER, f"{file}.pub"]
    subprocess.run(signed, check=True, timeout=20)
    with sshd(tmp_path, f"TrustedUserCAKeys {ca}.pub") as server:
        login = key_login(file, certificate=(tmp_path / "sk-cert.pub").read_text())
        link = await log_in(server, at(server, login))
        assert TOUCH not in link.describe
        await link.close()


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda key: None, "is not the one this SSH key was made with"),
        (lambda key: setattr(key, "breaks", OSError), "was pulled out, or another program"),
        (lambda key: setattr(key, "nonsense", b"\0\xff\xff"), "answers what is no CTAP"),
        (lambda key: setattr(key, "nonsense", b"\x33"), "PIN_AUTH_INVALID"),
        (lambda key: setattr(key, "nonsense", b"\x27"), "refused to sign"),
        (lambda key: setattr(key, "nonsense", b"\xf2"), "0xf2"),
    ],
)
async def test_what_is_wrong_with_a_key_is_told_with_what_to_do(
    strict: Sshd, key: Authenticator, break_it: Callable[[Authenticator], None], words: str
) -> None:
    login = made(strict, Authenticator())
    break_it(key)
    keeper = at(strict, login)
    with pytest.raises(AuthRejected) as told:
        await log_in(strict, keeper)
    assert words in str(told.value) and "“sk” did not sign" in str(told.value)
    assert "Errno" not in str(told.value) and "no such device" not in str(told.value)


async def test_no_key_at_all_is_told_and_the_next_login_is_tried(strict: Sshd, plug: Plug) -> None:
    plug()
    login = made(strict, Authenticator())
    with pytest.raises(AuthRejected, match="no security key is plugged in: plug in the one"):
        await log_in(strict, at(strict, login))
    let_in(strict, strict.home / "sk.pub", strict.home / "id.pub")
    keeper = at(strict, login, strict.login)
    link = await log_in(strict, keeper)
    assert any("no security key is plugged in" in text for text in keeper.heard)
    assert dict(link.facts)["Logged in by"] == "key “id”"
    await link.close()


@pytest.mark.parametrize("is_old", [True, False])
async def test_a_touch_that_does_not_come_is_told(
    strict: Sshd, plug: Plug, monkeypatch: pytest.MonkeyPatch, is_old: bool
) -> None:
    monkeypatch.setattr(authenticators, "TOUCH_S", 0.2)
    key = Authenticator(patience_s=0.2, is_old=is_old)
    plug(key)
    with pytest.raises(AuthRejected, match="nobody touched the security key in time: connect"):
        await log_in(strict, at(strict, made(strict, key, ECDSA)))
    assert key.blinks.is_set()


async def test_a_key_that_says_nothing_is_given_up(
    strict: Sshd, plug: Plug, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security_keys, "WAITS_S", 0.2)
    key = Authenticator()
    plug(key)
    with pytest.raises(AuthRejected, match="not touched for two minutes"):
        await log_in(strict, at(strict, made(strict, key)))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ([Authenticator()], "is not the one"),
        ([Authenticator(pin="1234"), Authenticator(pin="1234")], "several security keys"),
        ([Authenticator(pin="1234", tries=0)], "is blocked after too many wrong ones"),
        ([Authenticator(is_old=True)], "is not the one"),
    ],
)
async def test_what_is_wrong_with_a_pin_is_told(
    strict: Sshd, plug: Plug, keys: list[Authenticator], words: str
) -> None:
    plug(*keys)
    login = made(strict, Authenticator(), flags=UP | UV)
    with pytest.raises(AuthRejected, match=words):
        await log_in(strict, at(strict, login, answer=lambda _: ["1234"]))


async def test_a_pin_that_is_not_given_leaves_it(strict: Sshd, key: Authenticator) -> None:
    key.pin = "1234"
    with pytest.raises(AuthRejected, match="nobody answered"):
        await log_in(strict, at(strict, made(strict, key, flags=UP | UV)))


async def test_two_who_connect_are_asked_one_after_the_other(strict: Sshd, plug: Plug) -> None:
    key = Authenticator()
    plug(key)
    login = made(strict, key)
    keepers = at(strict, login), at(strict, login)
    async with asyncio.TaskGroup() as group:
        opening = [group.create_task(log_in(strict, each)) for each in keepers]
        while not key.blinks.is_set():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        assert sum(TOUCH in each.heard for each in keepers) == 1
        key.finger.set()
    for each in opening:
        await each.result().close()


async def test_a_server_that_does_not_know_the_key_makes_nobody_touch_it(
    strict: Sshd, key: Authenticator
) -> None:
    login = made(strict, key)
    let_in(strict, strict.home / "id.pub")
    with pytest.raises(AuthRejected):
        await log_in(strict, at(strict, login))
    assert key.asked == [] and not key.blinks.is_set()


async def test_programs_never_wait_for_a_touch(strict: Sshd, key: Authenticator) -> None:
    login = made(strict, key)
    with pytest.raises(NeedsTouch, match="somebody must touch"):
        async with connected(strict.door, login, Jumps()):
            pass
    assert key.asked == []
