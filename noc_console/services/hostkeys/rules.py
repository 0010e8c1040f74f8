"""Which of the keys that were ever trusted count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from noc_console.services.hostkeys.model import Pinned


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
