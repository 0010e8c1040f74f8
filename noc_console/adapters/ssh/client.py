"""One side of one SSH login: which key is believed, what is offered, and who is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import asyncssh
import structlog

from noc_console.adapters.ssh.algorithms import OLD
from noc_console.adapters.ssh.security_keys import Person, pairs
from noc_console.kernel.errors import Refused
from noc_console.kernel.secret import Secret
from noc_console.kernel.text import visible
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import Authority, HostKey
from noc_console.services.terminal.connecting import Keeper, Prompt
from noc_console.services.ways.model import Hop
from noc_console.wire.ssh_hello import agreed_signature
from noc_console.wire.ssh_keys import Certificate, read_certificate

_log = structlog.get_logger("ssh")

LONGEST_BANNER = 8192
MOST_QUESTIONS = 16
"""Prompts of one challenge; a server has no reason for more."""
MOST_CHALLENGES = 12
MOST_ASKED = 3
"""How often a person is asked for a password in one connection, as ssh does."""
Opened = tuple[asyncssh.SSHKey, asyncssh.SSHCertificate | None]
_PASSWORD_WORDS = ("password", "passcode", "passwort", "contraseña", "mot de passe")


class Patience:
    """A time-out that stands still while a person thinks."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self.timeout = asyncio.timeout(limit_s)

    def wait(self) -> None:
        """A person is asked: they may take their time."""
        if not self.timeout.expired():
            self.timeout.reschedule(None)

    def go_on(self) -> None:
        if not self.timeout.expired():
            self.timeout.reschedule(asyncio.get_running_loop().time() + self._limit_s)


class Client(asyncssh.SSHClient):
    """Believes only the pinned keys, tries what it was given, then asks the person."""

    def __init__(
        self,
        hop: Hop,
        *,
        pinned: Collection[HostKey],
        logins: Sequence[SshLogin],
        agent_keys: Sequence[asyncssh.SSHKeyPair],
        keeper: Keeper,
        patience: Patience,
        asks_password: bool = True,
        authorities: Collection[Authority] = (),
    ) -> None:
        self.shown: HostKey | None = None
        """The key the server showed and that is not pinned."""
        self.key: HostKey | None = None
        self.authority: Authority | None = None
        """Who signed the host's key, where we know them; revoked ones, too."""
        self.certificate: Certificate | None = None
        """What the host showed, as it says itself."""
        self.kex = ""
        self.signature = ""
        """How the host's key signs: one RSA key may do so by SHA-1, or better."""
        self.method = ""
        """How the login went, for people."""
        self.asked_person = False
        self.was_refused = False
        self.troubles: list[str] = []
        """Why keys that the server knows did not sign."""
        self.lost: Exception | None = None
        self.closed = asyncio.Event()
        self._hop = hop
        self._pinned = {each.key for each in pinned}
        self._authorities = {each.key: each for each in authorities}
        self._keeper = keeper
        self._patience = patience
        self._asks_password = asks_password
        self._agent_keys = list(agent_keys)
        self._keys = [login for login in logins if login.key]
        self._pairs: list[asyncssh.SSHKeyPair] = []
        """Of the key that was opened last: with its certificate, then without."""
        self._passwords = [login for login in logins if login.password]
        self._challenges = self._asked = 0
        self._connection: asyncssh.SSHClientConnection | None = None

    # --- the connection ----------------------------------------------------------------------

    @property
    def was_greeted(self) -> bool:
        """Whether the server said which SSH it speaks."""
        return self._connection is not None and bool(
            self._connection.get_extra_info("server_version")
        )

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        self._connection = conn
        # The library tells who signed a host's key, but not how, until when and for whom.
        check = conn.validate_server_host_key

        def looked_at(key_data: bytes) -> asyncssh.SSHKey:
            self.certificate = _certificate(key_data)
            return check(key_data)

        conn.validate_server_host_key = looked_at  # type: ignore[method-assign]

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = exc
        self.closed.set()

    def validate_host_public_key(
        self, host: str, addr: str | None, port: int, key: asyncssh.SSHKey
    ) -> bool:
        text = _text(key)
        self.key = HostKey(self._hop.host, self._hop.port, text, key.get_fingerprint())
        self._agreed()
        if text in self._pinned:
            return True
        self.shown = self.key
        return False

    def validate_host_ca_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Whether who signed the host's key is believed; the library then looks at the rest:
        the signature, for which hosts, and from when to when."""
        self.authority = self._authorities.get(_text(key))
        self._agreed()
        is_strong = self.certificate is not None and self.certificate.signature not in OLD
        return is_strong and self.authority is not None and not self.authority.is_revoked

    def _agreed(self) -> None:
        # The library names these nowhere else, and they are needed for the badge of old ones.
        kex = getattr(getattr(self._connection, "_kex", None), "algorithm", b"")
        self.kex = kex.decode("ascii", "replace")
        said = (
            getattr(self._connection, name, b"") for name in ("_client_kexinit", "_server_kexinit")
        )
        self.signature = agreed_signature(*said)

    def auth_banner_received(self, msg: str, lang: str) -> None:
        if text := msg.strip():
            shown = (visible(line) for line in text[:LONGEST_BANNER].splitlines()[:60])
            self._keeper.told("\n".join(shown))

    # --- logging in --------------------------------------------------------------------------

    async def public_key_auth_requested(self) -> asyncssh.SSHKeyPair | None:
        """The vault's keys, then the agent's."""
        while self._pairs or self._keys:
            if self._pairs:
                return self._pairs.pop(0)
            login = self._keys.pop(0)
            self._pairs = await self._opened(login)
            self.method = f"key “{login.name}”" if self._pairs else self.method
        if self._agent_keys:
            key = self._agent_keys.pop(0)
            self.method = f"agent, {visible(key.get_comment() or key.get_algorithm(), limit=60)}"
            return key
        return None

    async def password_auth_requested(self) -> str | None:
        if self._passwords:
            return self._use(self._passwords.pop(0)).reveal()
        if self._asked >= MOST_ASKED or not self._asks_password:
            return None
        self._asked += 1
        prompt = Prompt(f"Password of {self._hop.user or 'the user'}", is_secret=True)
        answers = await self._ask("\n".join(self.troubles), (prompt,))
        if not answers:
            self._asked = MOST_ASKED
            return None
        self.method = "password, typed"
        return answers[0].reveal()

    async def password_change_requested(self, prompt: str, lang: str) -> tuple[str, str]:
        raise Refused(f"{self._hop.text} wants a new password first: log in there by hand")

    def kbdint_auth_requested(self) -> str | None:
        return ""

    async def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> Sequence[str] | None:
        """A question that can only mean the password is answered by the vault, once each."""
        self._challenges += 1
        if self._challenges > MOST_CHALLENGES or len(prompts) > MOST_QUESTIONS:
            return None
        text = "\n".join(filter(None, (visible(name, limit=200), visible(instructions))))
        if not prompts:
            if text:
                self._keeper.told(text)
            return []
        if self._passwords and _means_password(prompts):
            return [self._use(self._passwords.pop(0)).reveal()]
        if _means_password(prompts) and not self._asks_password:
            return None
        asked = tuple(Prompt(visible(said, limit=200), not echo) for said, echo in prompts)
        answers = await self._ask(text, asked)
        if answers is None:
            return None
        self.method = "answers, typed"
        return [each.reveal() for each in answers]

    def _use(self, login: SshLogin) -> Secret:
        self.method = f"password “{login.name}”"
        return login.password

    async def _opened(self, login: SshLogin) -> list[asyncssh.SSHKeyPair]:
        """The key of a login, opened; none, and a word to the person, when it does not open."""
        passphrase = login.passphrase
        for _ in range(MOST_ASKED):
            try:
                return self._pairs_of(login, await asyncio.to_thread(_open, login, passphrase))
            except asyncssh.KeyImportError as error:
                if "passphrase" not in str(error).lower():
                    self._keeper.told(f"The key “{login.name}” cannot be read: {error}")
                    return []
            except asyncssh.KeyEncryptionError:
                self._keeper.told(f"The pass phrase does not open the key “{login.name}”.")
            prompt = Prompt(f"Pass phrase of the key “{login.name}”", is_secret=True)
            answers = await self._ask("", (prompt,))
            if not answers:
                return []
            passphrase = answers[0]
        return []

    def _pairs_of(self, login: SshLogin, opened: Opened) -> list[asyncssh.SSHKeyPair]:
        """A host that does not know who signed the certificate may know the key."""
        key, certificate = opened
        if login.needs_touch:
            person = Person(
                told=self._keeper.told, ask=self._ask, failed=self._failed, waits=self._waiting
            )
            return pairs(key, certificate, login.name, person)
        return list(asyncssh.load_keypairs([key if certificate is None else (key, certificate)]))

    def _failed(self, why: str) -> None:
        self.troubles.append(why)
        self._keeper.told(why)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        self._patience.wait()
        try:
            yield
        finally:
            self._patience.go_on()

    async def _ask(self, text: str, prompts: tuple[Prompt, ...]) -> tuple[Secret, ...] | None:
        self.asked_person = True
        with self._waiting():
            answers = await self._keeper.answers(f"Log in to {self._hop.text}", text, prompts)
        if answers is not None and len(answers) != len(prompts):
            return None
        self.was_refused = self.was_refused or answers is None
        return answers


def _certificate(shown: bytes) -> Certificate | None:
    try:
        return read_certificate(shown)
    except ValueError:
        return None


def _text(key: asyncssh.SSHKey) -> str:
    """As `known_hosts` has it, without the comment."""
    return " ".join(key.export_public_key("openssh").decode().split()[:2])


def _means_password(prompts: Sequence[tuple[str, bool]]) -> bool:
    if len(prompts) != 1 or prompts[0][1]:
        return False
    said = prompts[0][0].lower()
    return any(word in said for word in _PASSWORD_WORDS) and "new" not in said.split()


def _open(login: SshLogin, passphrase: Secret) -> Opened:
    key = asyncssh.import_private_key(login.key.reveal(), passphrase.reveal() or None)
    if not login.certificate.strip():
        return key, None
    return key, asyncssh.import_certificate(login.certificate)
