"""Which of the keys that were ever trusted count, and who may speak for a host."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from noc_console.services.hostkeys.model import Authority, Pinned


def standing(kept: Iterable[Pinned]) -> tuple[Pinned, ...]:
    """The keys that count, of those ever trusted for one door, given oldest first.

    A server may have a key of each kind; a key that took another's place sweeps away all
    that were trusted before it.
    """
    counting: dict[str, Pinned] = {}
    for pinned in kept:
        if pinned.replaces:
            counting.clear()
        counting[pinned.key.algorithm] = pinned
    return tuple(counting.values())


def named(keys: Sequence[Pinned]) -> str:
    """Their fingerprints, for a sentence."""
    return " or ".join(pinned.key.fingerprint for pinned in keys)


def speaking_for(known: Iterable[Authority], *, host: str, port: int) -> tuple[Authority, ...]:
    """Those whose patterns fit a door, revoked ones among them."""
    return tuple(each for each in known if fits(each.hosts, host=host, port=port))


def fits(patterns: str, *, host: str, port: int) -> bool:
    """Whether patterns of hosts fit a door, as those of `known_hosts` do (sshd(8)): one that is
    negated and fits decides; a pattern without a port fits them all."""
    names = (host.lower(), f"[{host.lower()}]:{port}")
    is_meant = False
    for pattern in patterns.lower().split():
        if any(_like(pattern.removeprefix("!"), name) for name in names):
            if pattern.startswith("!"):
                return False
            is_meant = True
    return is_meant


def _like(pattern: str, name: str) -> bool:
    parts = ({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in pattern)
    # Runs of stars are one: a hostile pattern must not make the comparison slow.
    return re.fullmatch(re.sub(r"(\.\*)+", ".*", "".join(parts)), name, re.DOTALL) is not None
