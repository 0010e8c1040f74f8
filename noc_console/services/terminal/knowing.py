"""What in a terminal's output is part of the network: found in the text, without asking anybody.

Only what is known or cannot be anything else is live: a port of the device one is on, a device's
name, an address a device has or whose network a port is in, a MAC, an AS number, an ONU's serial,
a customer's name as the OLT has it. A word that merely looks like one stays text.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from noc_console.services.inventory.model import Device, Interface
from noc_console.services.inventory.pollable import PortAddresses
from noc_console.services.inventory.senders import Sender

LONGEST_LINE = 2_000
"""Characters of a line that are looked at; more is no table a person reads."""
MEMO = 20_000
"""Words remembered with what they are, so that a screen of numbers is asked about once."""
LEAST_BITS = {4: 8, 6: 16}
"""Networks larger than this (a default route) say nothing about an address in them."""
MOST_HOLDERS = 8


class LiveKind(StrEnum):
    """What a live piece of text is."""

    DEVICE = "device"
    INTERFACE = "interface"
    ADDRESS = "address"
    PREFIX = "prefix"
    MAC = "mac"
    ONU = "onu"
    CUSTOMER = "customer"
    AS = "as"


class Known(NamedTuple):
    """What a word is: its kind, and where one goes from it."""

    kind: LiveKind
    value: str
    """The thing itself, in one notation: `00:1b:21:aa:bb:cc`, `65001`, `192.0.2.1`."""
    device_id: int | None = None
    interface_id: int | None = None


class Live(NamedTuple):
    """A piece of a line that is part of the network: `line[start:end]`."""

    start: int
    end: int
    known: Known

    @property
    def kind(self) -> LiveKind:
        return self.known.kind


@dataclass(frozen=True, slots=True)
class OnuName:
    """An ONU as its OLT knows it."""

    serial: str
    name: str
    interface_id: int | None = None


@dataclass(frozen=True, slots=True)
class DeviceNames:
    """What has a name on the device one is on."""

    device_id: int
    ports: Mapping[str, int]
    """Names of ports as people and devices write them, in lower case → interface."""
    shy: Mapping[str, int] = field(default_factory=dict)
    """Names of ports that are words or numbers: live only behind `interface`, `port`, `dev`."""
    serials: Mapping[str, int | None] = field(default_factory=dict)
    customers: Mapping[str, int | None] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    """Its own names: each prompt has them, nobody wants them underlined."""
    plain: frozenset[str] = frozenset()
    """What of all these has no digit."""


NOBODY = DeviceNames(0, {})

_CUT = r"\s,;()\[\]{}\"'|=<>"
_TOKEN = re.compile(rf"(?<![^{_CUT}])[^{_CUT}\d]*+\d[^{_CUT}]*+")
"""A run without blanks that has a digit; tried at the beginning of runs only, so linear."""
_WORD = re.compile(r"(?<![\w.@-])[A-Za-z][A-Za-z_.@-]*+(?!\d)")
"""A run of letters and signs without a digit in or behind it."""
_SHY = re.compile(
    r"(?i)\b(?:interfaces?|port|dev|ifname|in-interface|out-interface|via)(?:\s+|\s*[=:]\s*)"
    r"\"?([\w./:-]+)"
)
_AS = re.compile(
    r"\bAS[ -]?(\d{1,10})\b"
    r"|(?i:\b(?:remote-as|local-as|peer-as|as[ -]number|asn|autonomous[ -]system)\s*[:=]?\s*)"
    r"(\d{1,10})\b"
)
_AS_WORDS = ("-as", "as-n", "as n", "asn", "autonomous")
_MAC = re.compile(
    r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}"
    r"|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}|[0-9a-f]{4}(?:-[0-9a-f]{4}){2}",
    re.IGNORECASE,
)
_V4 = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})(/\d{1,2})?(?::\d{1,5})?")
_SERIAL = re.compile(r"[A-Z]{4}[0-9A-F]{8}|[0-9A-F]{16}", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_TAIL = ".:!*#%>~"
_STOP = "._@-"
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"([a-z][a-z-]*?)-?(\d.*)")
_AFTER_COLON = re.compile(r"[A-Za-z]{2,}:(?!:)")
_MASKS = frozenset({"0.0.0.0", "255.255.255.255"})

_LONG = (
    "gigabitethernet",
    "tengigabitethernet",
    "twentyfivegige",
    "fortygigabitethernet",
    "hundredgige",
    "fastethernet",
    "ethernet",
    "port-channel",
    "bundle-ether",
    "loopback",
    "tunnel",
    "vlan",
)
_SHORT = {
    "po": "port-channel",
    "be": "bundle-ether",
    "lo": "loopback",
    "tu": "tunnel",
    "vl": "vlan",
    "gi": "gigabitethernet",
    "te": "tengigabitethernet",
    "twe": "twentyfivegige",
    "fo": "fortygigabitethernet",
    "hu": "hundredgige",
    "fa": "fastethernet",
    "et": "ethernet",
    "eth": "ethernet",
}
"""Short names people type whatever follows them; other beginnings only before `0/1`."""


class NameBook:
    """The names of the network. Immutable but for its memory; a new network is a new book."""

    def __init__(
        self,
        devices: Mapping[str, int],
        words: Mapping[str, int],
        addresses: Mapping[str, int],
        networks: Mapping[int, Mapping[tuple[int, int], tuple[int, ...]]],
    ) -> None:
        """`devices` have a digit or a sign in their name, `words` are letters only;
        `networks` by version: (network, length) → devices with a port in it.
        """
        self._devices = devices
        self._words = words
        self._plain = frozenset(
            {name for name in devices if name.isascii() and not _DIGIT.search(name)}
            | {name.lower() for name in words}
        )
        self._addresses = addresses
        self._networks = networks
        self._lengths = {
            version: sorted({length for _, length in held}, reverse=True)
            for version, held in networks.items()
        }
        self._v4_masks = [
            (length, (0xFFFF_FFFF << (32 - length)) & 0xFFFF_FFFF)
            for length in self._lengths.get(4, ())
        ]
        self._memo: dict[str, tuple[int, int, Known] | None] = {}

    def __len__(self) -> int:
        return len(self._devices) + len(self._words)

    def find(self, line: str, names: DeviceNames = NOBODY) -> tuple[Live, ...]:
        """Every live piece of a line, from left to right; they do not overlap."""
        line = line[:LONGEST_LINE]
        low = line.lower()
        found: list[Live] = []
        for token in _TOKEN.finditer(line):
            word = token.group()
            if (hit := self._token(word, names)) is not None:
                begin, end, known = hit
                found.append(Live(token.start() + begin, token.start() + end, known))
        found.extend(self._named(line, low, names))
        if "AS" in line or any(word in low for word in _AS_WORDS):
            found.extend(_as_numbers(line))
        return _apart(found) if len(found) > 1 else tuple(found)

    def holders(self, address: str) -> tuple[str, tuple[int, ...]]:
        """The smallest known network around an address, and who has a port in it."""
        try:
            told = ipaddress.ip_address(address)
        except ValueError:
            return "", ()
        return self._around(told)

    def owner(self, address: str) -> int | None:
        """The device that has an address."""
        return self._addresses.get(_address_key(address))

    def _token(self, word: str, names: DeviceNames) -> tuple[int, int, Known] | None:
        cut = word.rstrip(_TAIL)
        low = cut.lower()
        # What belongs to the device one is on is not in the book's memory.
        if (port := names.ports.get(low)) is not None:
            return 0, len(cut), Known(LiveKind.INTERFACE, cut, names.device_id, port)
        if low in names.own:
            return None
        if names.serials and cut.upper() in names.serials:
            serial = cut.upper()
            port = names.serials[serial]
            return 0, len(cut), Known(LiveKind.ONU, serial, names.device_id, port)
        if names.customers and low in names.customers:
            port = names.customers[low]
            return 0, len(cut), Known(LiveKind.CUSTOMER, cut, names.device_id, port)
        if word in self._memo:
            return self._memo[word]
        if len(self._memo) >= MEMO:
            self._memo.clear()
        known = self._memo[word] = self._judge(cut, low)
        return known

    def _judge(self, cut: str, low: str) -> tuple[int, int, Known] | None:
        if low.isdigit():
            return None
        if (device := self._devices.get(low)) is not None:
            return 0, len(cut), Known(LiveKind.DEVICE, cut, device)
        if (named := _AFTER_COLON.match(cut)) is not None:  # `IP:10.0.0.1`, `MAC:00:1b:…`
            inner = self._judge(cut[named.end() :], low[named.end() :])
            if inner is not None:
                begin, end, known = inner
                return begin + named.end(), end + named.end(), known
        if _MAC.fullmatch(cut):
            return _mac(cut)
        if (v4 := _V4.match(cut)) is not None:
            return self._v4(cut, v4)
        if low.count(":") >= 2:
            return self._v6(cut)
        _, at, host = low.rpartition("@")
        if at and (device := self._devices.get(host)) is not None:
            return len(cut) - len(host), len(cut), Known(LiveKind.DEVICE, host, device)
        return None

    def _v4(self, cut: str, match: re.Match[str]) -> tuple[int, int, Known] | None:
        rest = cut[match.end() :]
        if rest and not rest.startswith("-"):  # `192.0.2.1-192.0.2.9` is a range
            return None
        return self._address(match[1], match[2] or "") if match[2] else self._host(match[1])

    def _host(self, text: str) -> tuple[int, int, Known] | None:
        """An IPv4 address alone, the commonest of all: without objects for it."""
        device = self._addresses.get(text)
        if device is None:  # a device's own is live wherever it lies, as a lab's on loopback
            number = _v4_number(text)
            if number is None:
                return None
            held = self._networks.get(4, {})
            for length, mask in self._v4_masks:
                base = number & mask
                if (base, length) in held:
                    if length < 31 and number == base | ~mask & 0xFFFF_FFFF:
                        return None  # a broadcast is nobody
                    break
            else:
                return None
        return 0, len(text), Known(LiveKind.ADDRESS, text, device)

    def _v6(self, cut: str) -> tuple[int, int, Known] | None:
        text, slash, bits = cut.partition("/")
        return self._address(text.partition("%")[0], slash + bits)

    def _address(self, text: str, length: str) -> tuple[int, int, Known] | None:
        try:
            told = ipaddress.ip_address(text)
        except ValueError:
            return None
        end = len(text) + len(length)
        device = self._addresses.get(str(told))
        network, around = self._around(told)
        if length:
            return self._prefix(text, length, network, device)
        if device is None and (not around or _is_edge(told, network)):
            return None
        return 0, end, Known(LiveKind.ADDRESS, str(told), device)

    def _prefix(
        self, text: str, length: str, network: str, device: int | None
    ) -> tuple[int, int, Known] | None:
        bits = length[1:]
        if not bits.isdigit():
            return None
        try:
            told = ipaddress.ip_network(f"{text}/{bits}", strict=False)
        except ValueError:
            return None
        end = len(text) + len(length)
        if device is not None:
            return 0, end, Known(LiveKind.ADDRESS, str(ipaddress.ip_address(text)), device)
        is_known = bool(network) and told.prefixlen >= LEAST_BITS[told.version]
        return (0, end, Known(LiveKind.PREFIX, str(told))) if is_known else None

    def _around(
        self, told: ipaddress.IPv4Address | ipaddress.IPv6Address
    ) -> tuple[str, tuple[int, ...]]:
        if str(told) in _MASKS or told.is_multicast or told.is_link_local or told.is_loopback:
            return "", ()
        held, number, wide = self._networks.get(told.version, {}), int(told), told.max_prefixlen
        for length in self._lengths.get(told.version, ()):
            base = number >> (wide - length) << (wide - length)
            if (devices := held.get((base, length))) is not None:
                return f"{type(told)(base)}/{length}", devices
        return "", ()

    def _named(self, line: str, low: str, names: DeviceNames) -> Iterator[Live]:
        """Names that are words: devices and customers exactly as spelled, ports where one
        expects them.
        """
        if names.shy:
            for match in _SHY.finditer(line):
                word = match[1].rstrip(_TAIL)
                if (port := names.shy.get(word.lower())) is not None:
                    known = Known(LiveKind.INTERFACE, word, names.device_id, port)
                    yield Live(match.start(1), match.start(1) + len(word), known)
        words = {word.rstrip(_STOP) for word in _WORD.findall(low)}
        if words.isdisjoint(self._plain) and words.isdisjoint(names.plain) and "@" not in line:
            return
        for match in _WORD.finditer(line):
            if (live := self._word(match.start(), match.group().rstrip(_STOP), names)) is not None:
                yield live

    def _word(self, start: int, word: str, names: DeviceNames) -> Live | None:
        low = word.lower()
        if low in names.own:
            return None
        if word in self._words:
            known = Known(LiveKind.DEVICE, word, self._words[word])
        elif (device := self._devices.get(low)) is not None:
            known = Known(LiveKind.DEVICE, word, device)
        elif low in names.ports:
            known = Known(LiveKind.INTERFACE, word, names.device_id, names.ports[low])
        elif low in names.customers:
            known = Known(LiveKind.CUSTOMER, word, names.device_id, names.customers[low])
        else:
            before, at, host = word.rpartition("@")
            return self._word(start + len(before) + 1, host, names) if at else None
        return Live(start, start + len(word), known)


def _v4_number(text: str) -> int | None:
    """The address as a number; None for what is none, and for those that are nobody's."""
    a, b, c, d = text.split(".")
    first, second = int(a), int(b)
    if not 0 < first < 224 or first == 127 or max(second, int(c), int(d)) > 255:
        return None
    if (first == 169 and second == 254) or any(
        len(part) > 1 and part[0] == "0" for part in (a, b, c, d)
    ):
        return None
    return first << 24 | second << 16 | int(c) << 8 | int(d)


def _mac(cut: str) -> tuple[int, int, Known] | None:
    digits = re.sub(r"[^0-9a-f]", "", cut.lower())
    if len(set(digits)) == 1:
        return None  # nothing and broadcast are nobody's
    value = ":".join(digits[at : at + 2] for at in range(0, 12, 2))
    return 0, len(cut), Known(LiveKind.MAC, value)


def _as_numbers(line: str) -> Iterator[Live]:
    for match in _AS.finditer(line):
        number = match[1] or match[2]
        if 0 < int(number) < 1 << 32:
            group = 1 if match[1] else 2
            start = match.start() if group == 1 else match.start(2)
            yield Live(start, match.end(group), Known(LiveKind.AS, str(int(number))))


def _apart(found: list[Live]) -> tuple[Live, ...]:
    """In order; of two that overlap the one that begins earlier, or is longer."""
    kept: list[Live] = []
    for one in sorted(found, key=lambda live: (live.start, -live.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def _is_edge(told: ipaddress.IPv4Address | ipaddress.IPv6Address, network: str) -> bool:
    """A network's own address stands for it, and a broadcast for nobody."""
    known = ipaddress.ip_network(network)
    return known.num_addresses > 2 and told == known.broadcast_address


@lru_cache(maxsize=4096)
def _address_key(address: str) -> str:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return address


# --- making books ---------------------------------------------------------------------------


def book_of(
    devices: Iterable[Device], senders: Iterable[Sender], ports: Iterable[PortAddresses]
) -> NameBook:
    """The book of a network: of 10,000 devices some tenths of a second, so not for the window."""
    named, words = _device_names(devices)
    addresses = {_address_key(one.address): int(one.device_id) for one in senders}
    networks: dict[int, dict[tuple[int, int], list[int]]] = {4: {}, 6: {}}
    for device_id, told in ports:
        for text in told:
            _hold(networks, addresses, device_id, text)
    return NameBook(
        named,
        words,
        addresses,
        {
            version: {key: tuple(held[:MOST_HOLDERS]) for key, held in known.items()}
            for version, known in networks.items()
        },
    )


def _hold(
    networks: dict[int, dict[tuple[int, int], list[int]]],
    addresses: dict[str, int],
    device_id: int,
    text: str,
) -> None:
    try:
        told = ipaddress.ip_interface(text)
    except ValueError:
        return
    if told.ip.is_loopback or told.ip.is_link_local or told.ip.is_unspecified:
        return
    addresses.setdefault(str(told.ip), device_id)
    length = told.network.prefixlen
    if length >= LEAST_BITS[told.version]:
        key = (int(told.network.network_address), length)
        held = networks[told.version].setdefault(key, [])
        if device_id not in held:
            held.append(device_id)


def _device_names(devices: Iterable[Device]) -> tuple[dict[str, int], dict[str, int]]:
    named: dict[str, int] = {}
    words: dict[str, int] = {}
    shorts: dict[str, set[int]] = {}
    for device in devices:
        name, number = device.name.strip(), int(device.id)
        low = name.lower()
        if len(low) < 3 or not _HOST.fullmatch(low) or _is_number(low):
            continue
        if low.isalpha():
            # A device may be called `core`; prose says that word, too, but seldom `CORE`.
            if name != low:
                words[name] = number
            continue
        named.setdefault(low, number)
        short = low.partition(".")[0]
        if short != low and len(short) >= 3 and not short.isalpha() and not _is_number(short):
            shorts.setdefault(short, set()).add(number)
    for short, held in shorts.items():
        if len(held) == 1:
            named.setdefault(short, next(iter(held)))
    return named, words


def _is_number(text: str) -> bool:
    """Digits and signs only, or nothing but hex digits: a counter, a version, an address."""
    return re.fullmatch(r"[\d._:-]+|[0-9a-f]+", text) is not None


def names_of(device: Device, ports: Sequence[Interface], onus: Sequence[OnuName]) -> DeviceNames:
    """The names of one device: ports in every way people write them, its ONUs and customers."""
    exact: dict[str, int] = {}
    short: dict[str, set[int]] = {}
    shy: dict[str, int] = {}
    customers: dict[str, int | None] = {}
    for port in ports:
        number = int(port.id)
        for name in {port.name.strip().lower(), port.descr.strip().lower()}:
            if not name or any(sign in name for sign in ' ,;"()[]{}|='):
                continue
            if name.isalpha() or name.isdigit():
                shy.setdefault(name, number)
                continue
            exact.setdefault(name.strip("<>"), number)
            for other in _spellings(name):
                short.setdefault(other, set()).add(number)
        if (user := ppp_user(port.name)) is not None:
            customers[user] = number
    for name, held in short.items():
        if len(held) == 1:
            exact.setdefault(name, next(iter(held)))
    for onu in onus:
        if len(onu.name) >= 4 and not onu.name.isdigit():
            customers.setdefault(onu.name.lower(), onu.interface_id)
    own = {device.name.lower(), device.name.lower().partition(".")[0]} - {""}
    serials = {
        onu.serial.upper(): onu.interface_id for onu in onus if _SERIAL.fullmatch(onu.serial)
    }
    plain = frozenset(name for name in (*exact, *customers) if not _DIGIT.search(name))
    return DeviceNames(int(device.id), exact, shy, serials, customers, frozenset(own), plain)


def _spellings(name: str) -> Iterator[str]:
    """Shorter and longer ways to write a port's name: `gi0/1` and `gigabitethernet0/1`."""
    match = _LETTERS.fullmatch(name)
    if match is None:
        return
    letters, rest = match[1], match[2]
    long = _SHORT.get(letters, letters)
    if long != letters:
        yield long + rest
    if long not in _LONG:
        return
    for short, meant in _SHORT.items():
        if meant == long:
            yield short + rest
    least = 2 if "/" in rest else 3
    for end in range(least, len(long)):
        yield long[:end] + rest


def ppp_user(name: str) -> str | None:
    """The user in `<pppoe-mira>`, as access concentrators call a subscriber's interface."""
    match = re.fullmatch(r"<?(?:pppoe|pptp|l2tp|sstp|ovpn|ppp)-([\w.@-]{3,})>?", name.lower())
    return match[1] if match else None
