"""A recording without secrets and without the names of customers, and still a recording.

What operators write (names, places, descriptions), who logs in, and subscribers' MAC and IP
addresses are replaced, the same word by the same replacement everywhere, letters by letters and
digits by digits, so that lengths, shapes and relations stay. Tables that hold nothing but secrets
and sessions are left out. What the maker wrote stays: models, versions, serial numbers, ports.
"""

from __future__ import annotations

import hmac
import random
import re
import secrets as randomness
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address

from noc_console.services.inspection.platforms.model import Platform
from noc_console.wire import ber, oid
from noc_console.wire.snmp import Varbind

Arcs = tuple[int, ...]


class _Subtrees:
    """A set of subtrees, quick to ask."""

    def __init__(self, *names: str) -> None:
        roots = [tuple(map(int, name.split("."))) for name in names]
        self._by_size = [
            (size, frozenset(root for root in roots if len(root) == size))
            for size in sorted({len(root) for root in roots})
        ]

    def __contains__(self, arcs: Arcs) -> bool:
        return any(arcs[:size] in roots for size, roots in self._by_size)


LEFT_OUT = _Subtrees(
    "1.3.6.1.6.3.12.1",  # whom it sends notifications to
    "1.3.6.1.6.3.13.1",
    "1.3.6.1.6.3.15.1.2",  # SNMP users
    "1.3.6.1.6.3.16.1",  # views: security names
    "1.3.6.1.6.3.18.1",  # communities
    "1.3.6.1.4.1.8072.1.9",  # net-snmp's views
    "1.3.6.1.2.1.6.13",  # open TCP connections and UDP sockets
    "1.3.6.1.2.1.6.19",
    "1.3.6.1.2.1.6.20",
    "1.3.6.1.2.1.7.5",
    "1.3.6.1.2.1.7.7",
)
WRITTEN_BY_PEOPLE = _Subtrees(
    "1.3.6.1.2.1.1.4",  # sysContact, sysName, sysLocation
    "1.3.6.1.2.1.1.5",
    "1.3.6.1.2.1.1.6",
    "1.3.6.1.2.1.31.1.1.1.18",  # ifAlias
    "1.3.6.1.2.1.47.1.1.1.1.14",  # entPhysicalAlias, entPhysicalAssetID
    "1.3.6.1.2.1.47.1.1.1.1.15",
    "1.3.6.1.2.1.47.1.2.1.1.4",  # entLogicalCommunity
    "1.3.6.1.2.1.17.7.1.4.3.1.1",  # dot1qVlanStaticName
    "1.3.6.1.2.1.25.4.2.1.5",  # hrSWRunParameters: passwords stand there
    "1.3.6.1.2.1.10.166.11.1.2.2.1.3",  # mplsL3VpnVrfDescription
    "1.0.8802.1.1.2.1.3.3",  # LLDP: system names and port descriptions
    "1.0.8802.1.1.2.1.3.7.1.4",
    "1.0.8802.1.1.2.1.4.1.1.8",
    "1.0.8802.1.1.2.1.4.1.1.9",
    "1.3.111.2.802.1.1.13.1.4.1.1.9",
    "1.3.111.2.802.1.1.13.1.4.1.1.10",
    "1.3.6.1.4.1.9.2.2.1.1.28",  # Cisco: locIfDescr, VTP, CDP, PPP users
    "1.3.6.1.4.1.9.9.46.1.2.1.1.2",
    "1.3.6.1.4.1.9.9.46.1.3.1.1.4",
    "1.3.6.1.4.1.9.9.23.1.2.1.1.6",
    "1.3.6.1.4.1.9.9.23.1.2.1.1.10",
    "1.3.6.1.4.1.9.9.23.1.2.1.1.17",
    "1.3.6.1.4.1.9.9.23.1.2.1.1.24",
    "1.3.6.1.4.1.9.9.150.1.1.3.1.2",
    "1.3.6.1.4.1.2636.3.64.1.1.1.3.1.3",  # Juniper: subscribers
    "1.3.6.1.4.1.2011.5.2.1.15.1.3",  # Huawei: access users, ONT passwords and descriptions
    "1.3.6.1.4.1.2011.6.128.1.1.2.43.1.4",
    "1.3.6.1.4.1.2011.6.128.1.1.2.43.1.9",
    "1.3.6.1.4.1.3902.1012.3.28.1.1.2",  # ZTE: ONU names and descriptions
    "1.3.6.1.4.1.3902.1012.3.28.1.1.3",
    "1.3.6.1.4.1.3902.1082.500.10.2.3.3.1.2",
    "1.3.6.1.4.1.3902.1082.500.10.2.3.3.1.3",
    "1.3.6.1.4.1.14988.1.1.2.1.1.2",  # MikroTik: queues, neighbours' identities
    "1.3.6.1.4.1.14988.1.1.11.1.1.6",
    "1.3.6.1.4.1.6527.3.1.2.2.4.2.1.5",  # Nokia: ports and customers
    "1.3.6.1.4.1.6527.3.1.2.4.1.3.1.3",
)
_MAC_VALUES = _Subtrees(
    "1.3.6.1.2.1.3.1.1.2",
    "1.3.6.1.2.1.4.22.1.2",
    "1.3.6.1.2.1.4.35.1.4",
    "1.3.6.1.4.1.14988.1.1.1.2.1.1",
    "1.3.6.1.4.1.41112.1.4.7.1.1",
)
_MAC_INDEXES = _Subtrees(
    "1.3.6.1.2.1.17.4.3.1", "1.3.6.1.2.1.17.7.1.2.2.1", "1.3.6.1.4.1.9.9.380.1.4.1"
)
_OWN_MACS = _Subtrees(
    "1.3.6.1.2.1.2.2.1.6",
    "1.3.6.1.2.1.17.1.1",
    "1.0.8802.1.1.2.1.3",
    "1.0.8802.1.1.2.1.4.1.1.5",
    "1.0.8802.1.1.2.1.4.1.1.7",
    "1.3.6.1.4.1.14988.1.1.11.1.1.3",
)
_ARP_OLD = _Subtrees("1.3.6.1.2.1.4.22.1", "1.3.6.1.2.1.3.1.1")
_ARP = _Subtrees("1.3.6.1.2.1.4.35.1")
_OWN_ADDRESSES = _Subtrees("1.3.6.1.2.1.4.20.1", "1.3.6.1.2.1.4.34.1")
_PEERS = _Subtrees(
    "1.3.6.1.2.1.4.24.4.1.4",  # next hops, BGP and OSPF neighbours: the network's, not customers'
    "1.3.6.1.2.1.4.21.1.7",
    "1.3.6.1.2.1.15.3.1.7",
    "1.3.6.1.2.1.14.10.1.1",
)
_NAMED_INDEXES = _Subtrees("1.3.6.1.2.1.10.166.11")
_IP_GROUP = _Subtrees("1.3.6.1.2.1.3", "1.3.6.1.2.1.4")
_SYS_NAME = (1, 3, 6, 1, 2, 1, 1, 5, 0)

_WORD = re.compile(r"[^\W_]{2,}")
_SENSITIVE = re.compile(
    r"(?i)\b(?:community|passw(?:or)?d|passphrase|pass|secret|token|psk|api[_-]?key)[=:\s]+(\S+)"
)
_LOGIN = re.compile(r"[\w.+-]+@[\w.-]+")
_SESSION = re.compile(
    "|".join(rf"(?<=<{kind}-)[^<>]+" for kind in ("pppoe", "pptp", "l2tp", "sstp", "ovpn", "ppp"))
)
_PORT_NAME = re.compile(
    r"(?i)(?:(?:fast|gigabit|(?:x|ten-?|twentyfive|forty|hundred)gig(?:abit)?)?-?e(?:thernet)?"
    r"|fa|gi|te|twe|fo|hu|ge|xe|et|eth|ether|sfp|sfp-sfpplus|combo|port|po|port-channel|lag|ae"
    r"|bundle-ether|eth-trunk|bridge-aggregation|vlan|lo|loopback|mgmt)[- ]?\d+(?:[/.:]\d+)*"
)
_UNAME = re.compile(r"(?<=^Linux )\S+|(?<=^FreeBSD )\S+|(?<=^Darwin )\S+|(?<=^SunOS )\S+")
_LINES = str.maketrans("\r\n\t", "   ")
_LOWER, _UPPER, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"


@dataclass(frozen=True, slots=True)
class _Known:
    """What the recording says about whom its addresses belong to."""

    macs: set[bytes] = field(default_factory=set)
    """Subscribers' MAC addresses."""
    own_macs: set[bytes] = field(default_factory=set)
    addresses: set[bytes] = field(default_factory=set)
    own_addresses: set[bytes] = field(default_factory=set)


def product_words(platforms: Iterable[Platform]) -> frozenset[str]:
    """Names that are no person's: a box called like its product keeps that name in sysDescr."""
    named = {word for one in platforms for word in (one.name, *one.label.split())}
    return frozenset(word.lower() for word in named if len(word) > 4)


def redacted(
    varbinds: Iterable[Varbind],
    *,
    secrets: Iterable[str] = (),
    products: Collection[str] = (),
    key: bytes | None = None,
) -> list[Varbind]:
    """The recording with everything that tells of people and passwords replaced, in walk order.

    `secrets` are words to replace wherever they stand alone: the community it was asked with;
    `products` are words that may stand where a host's name stands.
    The `key` makes two recordings' replacements the same; by default nobody knows it.
    """
    every = list(varbinds)
    with_arcs = [(oid.parts(name), tag, content) for name, tag, content in every]
    kept = [each for each in with_arcs if each[0] not in LEFT_OUT]
    words = {*secrets, *_names(kept)}
    redaction = _Redaction(_known(kept), words, products, key or randomness.token_bytes(32))
    found = {arcs: (tag, content) for arcs, tag, content in map(redaction.varbind, kept)}
    return [(oid.from_parts(arcs), *found[arcs]) for arcs in sorted(found)]


class _Redaction:
    """Replacements by a secret key, so that they are the same everywhere and lead nowhere back."""

    def __init__(
        self, known: _Known, secrets: Iterable[str], products: Collection[str], key: bytes
    ) -> None:
        self._products = products
        self._macs = known.macs - known.own_macs
        self._addresses = known.addresses - known.own_addresses
        self._own_addresses = known.own_addresses
        self._key = key
        words = sorted({word for word in secrets if len(word) > 1}, key=len, reverse=True)
        alone = "|".join(map(re.escape, words))
        self._secrets = re.compile(rf"(?<!\w)(?:{alone})(?!\w)") if words else None
        self._lower_hosts: dict[bytes, list[int]] = {}

    def varbind(self, varbind: tuple[Arcs, int, bytes]) -> tuple[Arcs, int, bytes]:
        arcs, tag, content = varbind
        index = self._index(arcs)
        if tag == ber.IP and content in self._addresses:
            return index, tag, self._address(content)
        if tag != ber.OCTETS:
            return index, tag, content
        if content in self._macs:
            return index, tag, self._mac(content)
        if content in self._addresses and len(content) in (4, 16):
            return index, tag, self._address(content)
        return index, tag, self._octets(arcs, content)

    def _octets(self, arcs: Arcs, content: bytes) -> bytes:
        by_people = arcs in WRITTEN_BY_PEOPLE
        try:
            text = content.decode()
        except UnicodeDecodeError:
            if not by_people:
                return content
            text = content.decode("latin-1")
            return self._text(text).encode("latin-1", "replace")
        if by_people:
            return content if _PORT_NAME.fullmatch(text) else self._text(text).encode()
        if not text.translate(_LINES).isprintable():
            return content
        for pattern in (self._secrets, _LOGIN, _SESSION):
            if pattern is not None:
                text = pattern.sub(lambda found: self._text(found[0]), text)
        text = _SENSITIVE.sub(self._after_a_keyword, text)
        return _UNAME.sub(self._host, text).encode()

    def _after_a_keyword(self, found: re.Match[str]) -> str:
        start = found.start(1) - found.start()
        return found[0][:start] + self._text(found[1])

    def _host(self, found: re.Match[str]) -> str:
        """A host's name, unless it is the product's."""
        name = found[0].lower()
        is_product = any(name in word or word in name for word in self._products)
        return found[0] if is_product else self._text(found[0])

    def _text(self, text: str) -> str:
        return _WORD.sub(lambda found: self._word(found[0]), text)

    def _word(self, word: str) -> str:
        """Letters by letters and digits by digits, as long in octets as it was."""
        drawn = random.Random(self._digest(b"word", word.lower().encode("utf-8", "replace")))
        return "".join(self._letter(letter, drawn) for letter in word)

    def _letter(self, letter: str, drawn: random.Random) -> str:
        place = drawn.randrange(26)
        if letter.isascii():
            if letter.isdigit():
                return _DIGITS[place % 10]
            return _UPPER[place] if letter.isupper() else _LOWER[place]
        size = len(letter.encode("utf-8", "replace"))
        return chr(0x430 + place) if size == 2 and ord(letter) > 0xFF else "x" * size

    def _mac(self, mac: bytes) -> bytes:
        """The maker's half stays; the other is another of the same maker."""
        mask = self._digest(b"mac", mac[:3])[:3]
        return mac[:3] + bytes(a ^ b for a, b in zip(mac[3:], mask, strict=True))

    def _address(self, address: bytes) -> bytes:
        """Another host of the same /24 or /64, never one of the device's own."""
        if len(address) == 4:
            return address[:3] + bytes((self._hosts(address[:3])[address[3]],))
        mask = self._digest(b"host", address[:8])[:8]
        return address[:8] + bytes(a ^ b for a, b in zip(address[8:], mask, strict=True))

    def _hosts(self, network: bytes) -> list[int]:
        """Host → host of a /24, one to one, with the device's own where they were."""
        hosts = self._lower_hosts.get(network)
        if hosts is None:
            fixed = {own[3] for own in self._own_addresses if own[:3] == network and len(own) == 4}
            free = [host for host in range(256) if host not in fixed]
            shuffled = list(free)
            random.Random(self._digest(b"network", network)).shuffle(shuffled)
            hosts = list(range(256))
            for host, other in zip(free, shuffled, strict=True):
                hosts[host] = other
            self._lower_hosts[network] = hosts
        return hosts

    def _index(self, arcs: Arcs) -> Arcs:
        """Subscribers' addresses and VRFs' names stand in indexes, too."""
        if arcs in _NAMED_INDEXES:
            return self._renamed(arcs)
        tail = arcs[9:]
        if self._macs and len(tail) >= 6:
            arcs = self._windows(arcs, 6, self._macs, self._mac)
        if self._addresses and arcs in _IP_GROUP:
            arcs = self._windows(arcs, 4, self._addresses, self._address)
            arcs = self._windows(arcs, 16, self._addresses, self._address)
        return arcs

    def _windows(
        self, arcs: Arcs, size: int, known: set[bytes], other: Callable[[bytes], bytes]
    ) -> Arcs:
        for at in range(9, len(arcs) - size + 1):
            window = arcs[at : at + size]
            if max(window) < 256 and bytes(window) in known:
                return (*arcs[:at], *other(bytes(window)), *arcs[at + size :])
        return arcs

    def _renamed(self, arcs: Arcs) -> Arcs:
        """Names in an index, told by their length before them."""
        at = 12
        found = list(arcs)
        while at < len(found):
            name = found[at + 1 : at + 1 + found[at]]
            if found[at] and len(name) == found[at] and all(32 <= arc < 127 for arc in name):
                found[at + 1 : at + 1 + found[at]] = self._text(bytes(name).decode()).encode()
                at += found[at]
            at += 1
        return tuple(found)

    def _digest(self, kind: bytes, word: bytes) -> bytes:
        return hmac.digest(self._key, kind + b"\0" + word, "sha256")


def _names(varbinds: Iterable[tuple[Arcs, int, bytes]]) -> set[str]:
    """The device's own name when it is one of a domain; others may be a product's."""
    told = next((content for arcs, _, content in varbinds if arcs == _SYS_NAME), b"")
    name = told.decode("utf-8", "replace").strip()
    labels = name.split(".")
    if len(labels) < 3 or not all(labels) or all(label.isdigit() for label in labels):
        return set()
    return {name, labels[0]} if len(labels[0]) > 3 else {name}


def _known(varbinds: Iterable[tuple[Arcs, int, bytes]]) -> _Known:
    known = _Known()
    for arcs, tag, content in varbinds:
        if tag == ber.OCTETS and len(content) == 6:
            if arcs in _OWN_MACS:
                known.own_macs.add(content)
            elif arcs in _MAC_VALUES and _is_somebody(content):
                known.macs.add(content)
        if arcs in _MAC_INDEXES:
            known.macs.update(filter(_is_somebody, _octets(arcs[-6:])))
        if arcs in _ARP_OLD:
            known.addresses.update(filter(_is_host, _octets(arcs[-4:])))
        elif arcs in _ARP:
            known.addresses.update(filter(_is_host, _octets(_counted(arcs[12:]))))
        elif arcs in _OWN_ADDRESSES:
            is_old = arcs[7] == 20
            known.own_addresses.update(_octets(arcs[-4:] if is_old else _counted(arcs[11:])))
        elif tag == ber.IP and arcs in _PEERS:
            known.own_addresses.add(content)
    return known


def _is_somebody(mac: bytes) -> bool:
    """Whether it can be one machine's: neither nobody's nor a group's."""
    return any(mac) and not mac[0] & 1


def _is_host(address: bytes) -> bool:
    """Whether it can be one machine's that others reach."""
    host = ip_address(address)
    return not (host.is_unspecified or host.is_loopback or host.is_multicast or host.is_link_local)


def _counted(arcs: Arcs) -> Arcs:
    """The address of an InetAddress index that begins with its length."""
    return arcs[1:] if arcs and len(arcs) == arcs[0] + 1 else ()


def _octets(arcs: Arcs) -> Iterator[bytes]:
    if len(arcs) in (4, 6, 16) and max(arcs) < 256:
        yield bytes(arcs)
