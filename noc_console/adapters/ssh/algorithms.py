"""What we speak over SSH, what we speak only when somebody allowed it, and what is missing.

Safe is what OpenSSH 9 offers by default; old is what it still knows but no longer offers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from noc_console.wire.ssh_hello import Hello

KEX = (
    "mlkem768x25519-sha256",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group14-sha256",
)
OLD_KEX = (
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group-exchange-sha1",
    "diffie-hellman-group1-sha1",
)
CIPHERS = (
    "chacha20-poly1305@openssh.com",
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
)
OLD_CIPHERS = ("aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc")
MACS = (
    "umac-128-etm@openssh.com",
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha1-etm@openssh.com",
    "umac-128@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
    "hmac-sha1",
)
OLD_MACS = ("hmac-sha1-96", "hmac-md5", "hmac-md5-96")
HOST_KEYS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
CERTIFIED = tuple(f"{name}-cert-v01@openssh.com" for name in HOST_KEYS)
"""Keys with the signature of an authority; offered where somebody trusts one for the host."""
OLD_HOST_KEYS = ("ssh-rsa", "ssh-dss")
SIGNATURES = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
OLD_SIGNATURES = ("ssh-rsa",)
OLD = frozenset({*OLD_KEX, *OLD_CIPHERS, *OLD_MACS, *OLD_HOST_KEYS})

MayBeOld = Callable[[str, int], Awaitable[bool]]
"""Whether somebody allowed the host at this address and port algorithms that are not safe."""

_EXTENSIONS = ("ext-info-s", "kex-strict-s-v00@openssh.com")
"""Listed among the key exchanges, but none."""
_WITH_OWN_MAC = ("gcm@openssh.com", "chacha20-poly1305@openssh.com")


@dataclass(frozen=True, slots=True)
class Offer:
    """What we offer to one host."""

    kex: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    host_keys: tuple[str, ...]
    signatures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing of a kind that both sides speak."""

    what: str
    offered: tuple[str, ...]
    is_old: bool
    """With the old ones allowed it would be spoken."""


async def never(_host: str, _port: int) -> bool:
    """Nobody allowed any host old algorithms."""
    return False


def offer(
    *, is_legacy: bool, kinds: frozenset[str] = frozenset(), certified: bool = False
) -> Offer:
    """What to offer; with `kinds` (of pinned keys) only host keys of those kinds, and `certified`
    ones before them."""
    old = is_legacy
    host_keys = HOST_KEYS + (OLD_HOST_KEYS if old else ())
    if kinds:
        host_keys = tuple(name for name in host_keys if _kind(name) in kinds)
    return Offer(
        kex=KEX + (OLD_KEX if old else ()),
        ciphers=CIPHERS + (OLD_CIPHERS if old else ()),
        macs=MACS + (OLD_MACS if old else ()),
        host_keys=(*CERTIFIED, *host_keys) if certified else host_keys,
        signatures=SIGNATURES + (OLD_SIGNATURES if old else ()),
    )


def _kind(host_key: str) -> str:
    """RSA keys sign in three ways."""
    return "ssh-rsa" if host_key.startswith("rsa-sha2") else host_key


def missing(hello: Hello, ours: Offer) -> Missing | None:
    """The first kind of algorithm that nobody of both speaks."""
    needs_mac = not any(
        name.endswith(_WITH_OWN_MAC) for name in ours.ciphers if name in hello.ciphers
    )
    kex = tuple(name for name in hello.key_exchange if name not in _EXTENSIONS)
    for what, mine, theirs, old in (
        ("key exchange", ours.kex, kex, OLD_KEX),
        ("host key", ours.host_keys, hello.host_keys, OLD_HOST_KEYS),
        ("cipher", ours.ciphers, hello.ciphers, OLD_CIPHERS),
        ("message authentication", ours.macs if needs_mac else hello.macs, hello.macs, OLD_MACS),
    ):
        if not set(mine) & set(theirs):
            return Missing(what, theirs, is_old=bool(set(old) & set(theirs)))
    return None
