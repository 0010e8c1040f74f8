"""When two looks at the network saw the same box.

Devices answer at many addresses, and many share what should be theirs alone: serial numbers
left at the factory's default, engine ids cloned with a disk image, MAC addresses of virtual
bridges. So signals are weighed, those known to be worthless are not looked at, and the
outcome carries its reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

SAME = 40
"""Points from which on two identities are one device."""

_HEX12 = re.compile(r"[0-9a-f]{12}")
_DEFAULT_SERIALS = frozenset(
    (
        "0123456789",
        "123456789",
        "1234567890",
        "12345678",
        "123456",
        "default",
        "unknown",
        "none",
        "null",
        "private",
        "<private>",
        "notspecified",
        "notavailable",
        "notapplicable",
        "tobefilledbyo.e.m.",
        "tobefilledbyoem",
        "defaultstring",
        "systemserialnumber",
        "serialnumber",
        "chassisserialnumber",
        "n/a",
        "na",
        "xxxxxxxx",
    )
)
_DEFAULT_NAMES = frozenset(
    (
        "",
        "router",
        "switch",
        "localhost",
        "localhost.localdomain",
        "mikrotik",
        "ubnt",
        "openwrt",
        "private",
        "<private>",
        "unknown",
        "none",
        "default",
        "sysname",
        "hostname",
        "huawei",
        "cisco",
        "hp",
        "hpe",
        "aruba",
        "ups",
        "noname",
    )
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one box from another, as told by the box or by its neighbours."""

    name: str = ""
    serial: str = ""
    engine_id: str = ""
    chassis_mac: str = ""
    sys_object_id: str = ""
    contacts: frozenset[tuple[str, int]] = frozenset()
    """Address and port where it answered."""
    addresses: frozenset[str] = frozenset()
    macs: frozenset[str] = frozenset()
    is_managed: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two identities are one device, how sure that is, and why."""

    points: int
    reasons: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        return self.points >= SAME


def normal_mac(text: str) -> str:
    """`aa:bb:cc:dd:ee:ff` from any notation of a MAC address; "" when it is none."""
    digits = re.sub(r"[\s:.\-]", "", text.strip().lower().removeprefix("0x"))
    if not _HEX12.fullmatch(digits):
        return ""
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def trusted_mac(mac: str) -> str:
    """The MAC when a maker gave it to one port, else "".

    Zero, multicast, locally administered (virtual bridges repeat on every host) and the
    virtual routers of VRRP (RFC 5798 §7.3) and HSRP tell nothing of the box.
    """
    mac = normal_mac(mac)
    if not mac or mac == "00:00:00:00:00:00" or int(mac[:2], 16) & 0b11:
        return ""
    if mac.startswith(("00:00:5e:", "00:00:0c:07:ac", "00:00:0c:9f:f")):
        return ""
    return mac


def trusted_serial(serial: str) -> str:
    """The serial number, or "" for the ones factories forget to set."""
    plain = re.sub(r"[\s_\-]", "", serial).lower()
    if len(plain) < 4 or plain in _DEFAULT_SERIALS or len(set(plain)) < 3:
        return ""
    return serial.strip()


def trusted_engine_id(engine_id: str) -> str:
    """The SNMP engine id, or "" for one that says nothing (RFC 3411 §5: 5 to 32 octets)."""
    plain = engine_id.lower().removeprefix("0x")
    if not 10 <= len(plain) <= 64 or not re.fullmatch(r"[0-9a-f]+", plain):
        return ""
    body = plain[10:]
    if len(set(body)) < 2 or body in "00000102030405060708090a0b0c0d0e0f101112":
        return ""
    return plain


def trusted_name(name: str) -> str:
    """The name in lower case, or "" for those that come from the factory."""
    plain = name.strip().lower()
    return "" if plain in _DEFAULT_NAMES else plain


def trusted_address(address: str) -> str:
    """The address when it belongs to one box in the network, else ""."""
    try:
        ip = ip_address(address.split("%")[0].split("/")[0])
    except ValueError:
        return ""
    worthless = ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified
    return "" if worthless else str(ip)


def compare(known: Identity, seen: Identity) -> Verdict:
    """Weigh every signal of two identities; the reasons are sentences."""
    if not known.is_managed or not seen.is_managed:
        return _compare_hearsay(known, seen)
    votes = [*_exact(known, seen), *_shared(known, seen), *_names(known, seen)]
    points, reasons = sum(points for points, _ in votes), [reason for _, reason in votes]
    if points < SAME and _took_over(known, seen):
        reasons.append("same place and name, other hardware: the box was replaced")
        points = SAME
    return Verdict(points, tuple(reasons))


def best(seen: Identity, known: Iterable[tuple[int, Identity]]) -> tuple[int | None, Verdict]:
    """The known device that is most surely the one seen, or None; ties go to the older."""
    ranked = sorted(
        ((compare(identity, seen), number) for number, identity in known),
        key=lambda pair: (-pair[0].points, pair[1]),
    )
    if ranked and ranked[0][0].is_same:
        return ranked[0][1], ranked[0][0]
    return None, ranked[0][0] if ranked else Verdict(0, ())


def _exact(known: Identity, seen: Identity) -> list[tuple[int, str]]:
    votes = []
    for what, one, other, same, differs in (
        ("serial number", trusted_serial(known.serial), trusted_serial(seen.serial), 60, -70),
        (
            "SNMP engine id",
            trusted_engine_id(known.engine_id),
            trusted_engine_id(seen.engine_id),
            60,
            -40,
        ),
        ("chassis MAC", trusted_mac(known.chassis_mac), trusted_mac(seen.chassis_mac), 60, -40),
    ):
        if one and other:
            is_same = one == other
            verb = "is the same" if is_same else "differs"
            votes.append((same if is_same else differs, f"the {what} {verb} ({other})"))
    return votes


def _shared(known: Identity, seen: Identity) -> list[tuple[int, str]]:
    votes = []
    if meeting := known.contacts & seen.contacts:
        address, port = min(meeting)
        votes.append((80, f"it answers at the same address ({address}, port {port})"))
    known_macs = frozenset(filter(None, map(trusted_mac, known.macs)))
    seen_macs = frozenset(filter(None, map(trusted_mac, seen.macs)))
    if macs := known_macs & seen_macs:
        more = f" and {len(macs) - 1} more" if len(macs) > 1 else ""
        votes.append((45 if more else 30, f"interfaces share MAC addresses ({min(macs)}{more})"))
    elif known_macs and seen_macs:
        votes.append((-30, "no interface has a MAC address in common"))
    addresses = frozenset(filter(None, map(trusted_address, known.addresses))) & seen.addresses
    if addresses:
        votes.append((25, f"interfaces share addresses ({min(addresses)})"))
    return votes


def _names(known: Identity, seen: Identity) -> list[tuple[int, str]]:
    votes = []
    one, other = trusted_name(known.name), trusted_name(seen.name)
    if one and other:
        votes.append(
            (20, f"the name is the same ({seen.name})")
            if one == other
            else (-40, f"the names differ ({known.name}, {seen.name})")
        )
    if known.sys_object_id and seen.sys_object_id and known.sys_object_id != seen.sys_object_id:
        votes.append((-40, "the products differ (sysObjectID)"))
    return votes


def _took_over(known: Identity, seen: Identity) -> bool:
    """A spare put in the broken one's place: its history belongs to the place in the network."""
    one, other = trusted_name(known.name), trusted_name(seen.name)
    return bool(one) and one == other and bool(known.contacts & seen.contacts)


def _all_addresses(of: Identity) -> set[str]:
    told = {*of.addresses, *(address for address, _ in of.contacts)}
    return {trusted_address(address) for address in told} - {""}


def _compare_hearsay(known: Identity, seen: Identity) -> Verdict:
    """One of the two was only heard of: a name, a chassis or an address is all there is."""
    votes = []
    macs = {trusted_mac(mac) for mac in (*known.macs, known.chassis_mac)} - {""}
    others = {trusted_mac(mac) for mac in (*seen.macs, seen.chassis_mac)} - {""}
    if macs & others:
        votes.append((60, f"the chassis MAC is the same ({min(macs & others)})"))
    elif trusted_mac(known.chassis_mac) and trusted_mac(seen.chassis_mac):
        votes.append((-40, "the chassis MAC differs"))
    if known.contacts & seen.contacts:
        votes.append((60, "it was heard of under this address"))
    elif _all_addresses(known) & _all_addresses(seen):
        votes.append((40, "it was heard of under one of its addresses"))
    one, other = trusted_name(known.name), trusted_name(seen.name)
    if one and other and one.split(".")[0] == other.split(".")[0]:
        votes.append((40, f"the name is the same ({seen.name})"))
    elif one and other and not trusted_address(one) and not trusted_address(other):
        votes.append((-30, f"the names differ ({known.name}, {seen.name})"))
    return Verdict(sum(points for points, _ in votes), tuple(reason for _, reason in votes))
