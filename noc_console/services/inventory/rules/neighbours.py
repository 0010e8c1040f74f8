"""Which known device a neighbour's words point to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from noc_console.services.inventory.rules.identity import (
    normal_mac,
    trusted_address,
    trusted_mac,
    trusted_name,
)


def name_key(name: str) -> str:
    """What names are looked up by: lower case and without the domain; "" for defaults.

    Addresses used as names stay whole.
    """
    plain = trusted_name(name)
    return plain if trusted_address(plain) else plain.split(".")[0]


def called(name: str, chassis: str) -> str:
    """What to call a neighbour: its name, else its chassis id when that is words, not a MAC."""
    return name.strip() or ("" if normal_mac(chassis) else chassis.strip())


def names_agree(one: str, other: str) -> bool:
    """The same name, or the same but for a domain that only one of them carries."""
    one, other = trusted_name(one), trusted_name(other)
    if not one or not other:
        return False
    return one == other or (
        name_key(one) == name_key(other) and ("." not in one or "." not in other)
    )


def point_to(
    *,
    chassis: str,
    address: str,
    name: str,
    by_mac: Mapping[str, Iterable[int]],
    by_address: Mapping[str, Iterable[int]],
    by_name: Mapping[str, Iterable[tuple[int, str]]],
    not_this: int,
) -> int | None:
    """The device meant, by vote of the chassis (3), the name and the address (2 each).

    A signal that fits several devices gives each its vote; a tie at the end points to none.
    """
    votes: Counter[int] = Counter()
    for number in set(by_mac.get(trusted_mac(chassis), ())):
        votes[number] += 3
    for number in set(by_address.get(address, ())):
        votes[number] += 2
    for number, full in set(by_name.get(name_key(name), ())):
        if names_agree(full, name):
            votes[number] += 2
    votes.pop(not_this, None)
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]
