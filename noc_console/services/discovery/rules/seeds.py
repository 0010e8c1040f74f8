"""What an operator may write as a seed, and what stays out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from noc_console.kernel.errors import Invalid

Network = IPv4Network | IPv6Network
WIDEST_V4, WIDEST_V6 = 16, 118
MOST_SEEDS = 65_536
_NAME = re.compile(r"^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$")
_WITH_PORT = re.compile(r"^(?P<host>\[[^\]]+\]|[^:]+):(?P<port>\d{1,5})$")


@dataclass(frozen=True, slots=True)
class Seed:
    """An address or a name, and the port it is asked at."""

    host: str
    port: int

    @property
    def is_name(self) -> bool:
        return not _is_address(self.host)


def expand(seeds: Sequence[str], *, port: int) -> tuple[Seed, ...]:
    """Every address and name the seeds stand for, once each, in order.

    A seed is `ADDRESS`, `NAME` or `PREFIX`, each with `:PORT` behind it when it is not the
    run's; IPv6 with a port is written `[2001:db8::1]:161`. Invalid says which seed cannot be
    read or is too wide.
    """
    if not seeds:
        raise Invalid("a search needs a seed: an address, a name or a prefix", field="seed")
    found: dict[Seed, None] = {}
    for seed in seeds:
        for one in _expand(seed.strip(), port):
            found[one] = None
            if len(found) > MOST_SEEDS:
                raise Invalid(
                    f"the seeds stand for more than {MOST_SEEDS:,} addresses", field="seed"
                )
    return tuple(found)


def _expand(seed: str, port: int) -> Iterator[Seed]:
    host, port = _split(seed, port)
    if "/" in host:
        network = _network(host, field="seed")
        widest = WIDEST_V4 if network.version == 4 else WIDEST_V6
        if network.prefixlen < widest:
            raise Invalid(f"{host} is too wide: at most /{widest}", field="seed")
        yield from (Seed(str(address), port) for address in network.hosts())
    elif _is_address(host):
        yield Seed(str(ip_address(host)), port)
    elif _NAME.match(host) and not re.fullmatch(r"[\d.]+", host):
        yield Seed(host, port)
    else:
        raise Invalid(f"{seed!r} is no address, name or prefix", field="seed")


def _split(seed: str, port: int) -> tuple[str, int]:
    if (match := _WITH_PORT.match(seed)) is not None:
        host, port = match["host"].strip("[]"), int(match["port"])
    else:
        host = seed.strip("[]")
    if not 1 <= port <= 65_535:
        raise Invalid(f"{seed!r}: a port is 1 to 65535", field="seed")
    return host, port


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _network(text: str, *, field: str) -> Network:
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        raise Invalid(f"{text!r} is no prefix", field=field) from error


@dataclass(frozen=True, slots=True)
class Fence:
    """What a search leaves alone."""

    excluded: tuple[Network, ...]
    names: tuple[str, ...]
    within: tuple[Network, ...]

    def keeps_out(self, address: str) -> str:
        """Why the address is not asked; "" when it may be."""
        ip = ip_address(address)
        for network in self.excluded:
            if ip.version == network.version and ip in network:
                return f"excluded by {network}"
        inside = (net for net in self.within if net.version == ip.version)
        if self.within and not any(ip in net for net in inside):
            return "outside the prefixes of the search"
        return ""

    def keeps_out_all(self, found: Sequence[Seed]) -> str:
        """Why a search from these seeds would ask nobody; "" when it may ask somebody."""
        reason = ""
        for seed in found:
            reason = self.excludes_name(seed.host) if seed.is_name else self.keeps_out(seed.host)
            if not reason:
                return ""
        return f"nobody would be asked: {found[-1].host} is {reason}" if reason else ""

    def excludes_name(self, name: str) -> str:
        """Why a device of that name is not taken; "" when it may be."""
        plain = name.lower()
        for pattern in self.names:
            if plain and (fnmatch(plain, pattern) or fnmatch(plain.split(".")[0], pattern)):
                return f"excluded by name ({pattern})"
        return ""


def fence(exclude: Sequence[str], within: Sequence[str]) -> Fence:
    """Prefixes and addresses keep out by address; everything else is a pattern of names."""
    networks, names = [], []
    for text in filter(None, map(str.strip, exclude)):
        try:
            networks.append(ip_network(text, strict=False))
        except ValueError:
            if "/" in text and text.split("/")[-1].isdecimal():
                raise Invalid(f"{text!r} is no prefix", field="exclude") from None
            names.append(text.lower())
    inside = tuple(_network(text, field="within") for text in within)
    return Fence(tuple(networks), tuple(names), inside)
