"""MIB names to OIDs and back: the base MIBs that come with pysnmp, and IF-MIB's columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from pysnmp.smi.builder import MibBuilder

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import visible
from noc_console.wire import oid as oids

# The first module that names an OID has it: RFC 1213 repeats what later MIBs say better.
_MODULES = (
    "SNMPv2-MIB",
    "SNMP-FRAMEWORK-MIB",
    "SNMP-MPD-MIB",
    "SNMP-TARGET-MIB",
    "SNMP-NOTIFICATION-MIB",
    "SNMP-USER-BASED-SM-MIB",
    "SNMP-VIEW-BASED-ACM-MIB",
    "SNMP-COMMUNITY-MIB",
    "RFC1213-MIB",
)
_NAMED = {"MibIdentifier", "ObjectIdentity", "ModuleIdentity", "NotificationType"}
_NAMED |= {"MibScalar", "MibTable", "MibTableRow", "MibTableColumn"}

_IF_ENTRY, _IFX_ENTRY = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
# RFC 2863: the columns by their numbers, 1 first.
_IF = [
    "ifIndex",
    "ifDescr",
    "ifType",
    "ifMtu",
    "ifSpeed",
    "ifPhysAddress",
    "ifAdminStatus",
    "ifOperStatus",
    "ifLastChange",
    "ifInOctets",
    "ifInUcastPkts",
    "ifInNUcastPkts",
    "ifInDiscards",
    "ifInErrors",
    "ifInUnknownProtos",
    "ifOutOctets",
    "ifOutUcastPkts",
    "ifOutNUcastPkts",
    "ifOutDiscards",
    "ifOutErrors",
    "ifOutQLen",
    "ifSpecific",
]
_IFX = [
    "ifName",
    "ifInMulticastPkts",
    "ifInBroadcastPkts",
    "ifOutMulticastPkts",
    "ifOutBroadcastPkts",
    "ifHCInOctets",
    "ifHCInUcastPkts",
    "ifHCInMulticastPkts",
    "ifHCInBroadcastPkts",
    "ifHCOutOctets",
    "ifHCOutUcastPkts",
    "ifHCOutMulticastPkts",
    "ifHCOutBroadcastPkts",
    "ifLinkUpDownTrapEnable",
    "ifHighSpeed",
    "ifPromiscuousMode",
    "ifConnectorPresent",
    "ifAlias",
    "ifCounterDiscontinuityTime",
]

Arcs = tuple[int, ...]
_NAME = re.compile(
    r"(?:(?P<module>[A-Za-z][\w-]*)::)?(?P<name>[A-Za-z][\w-]*)(?P<index>(?:\.\d+)*)"
)


class Names:
    """The names known; built once, in about a tenth of a second."""

    def __init__(self) -> None:
        self._by_arcs: dict[Arcs, str] = {}
        self._by_name: dict[str, Arcs] = {}
        self._by_full_name: dict[str, Arcs] = {}
        self._scalars: set[Arcs] = set()
        for module, name, arcs, is_scalar in (*_if_mib(), *_shipped()):
            self._by_arcs.setdefault(arcs, f"{module}::{name}")
            self._by_name.setdefault(name, arcs)
            self._by_full_name.setdefault(f"{module}::{name}", arcs)
            if is_scalar:
                self._scalars.add(arcs)
        self._sorted = sorted(self._by_arcs)

    def oid_of(self, text: str, *, is_instance: bool) -> str:
        """The OID meant by a number or a name; Invalid when it is neither."""
        given = text.strip()
        try:
            return oids.decode(oids.encode(given))
        except ValueError:
            arcs = self._named(given)
        if is_instance and arcs in self._scalars:
            arcs = (*arcs, 0)
        try:
            return oids.decode(oids.from_parts(arcs))
        except ValueError as error:
            raise Invalid(str(error), field="oid") from None

    def _named(self, given: str) -> Arcs:
        match = _NAME.fullmatch(given)
        known = None
        if match is not None and match["module"]:
            known = self._by_full_name.get(f"{match['module']}::{match['name']}")
        elif match is not None:
            known = self._by_name.get(match["name"])
        if match is None or known is None:
            raise Invalid(
                f"{visible(given, limit=80)!r} is no OID and no name of a MIB that is known here",
                field="oid",
            )
        return (*known, *map(int, match["index"].split(".")[1:]))

    def name_of(self, oid: str) -> str:
        """`IF-MIB::ifAlias.3`; "" when no MIB here has a name for the object itself."""
        arcs = tuple(map(int, oid.split(".")))
        for length in range(len(arcs), 0, -1):
            if (name := self._by_arcs.get(arcs[:length])) is not None:
                index = "".join(f".{arc}" for arc in arcs[length:])
                return f"{name}{index}" if not index or self._is_leaf(arcs[:length]) else ""
        return ""

    def _is_leaf(self, arcs: Arcs) -> bool:
        """Whether what follows is an index and not a part nobody here can name."""
        after = bisect_right(self._sorted, arcs)
        return after == len(self._sorted) or self._sorted[after][: len(arcs)] != arcs


def _if_mib() -> Iterator[tuple[str, str, Arcs, bool]]:
    for entry, columns in ((_IF_ENTRY, _IF), (_IFX_ENTRY, _IFX)):
        base = tuple(map(int, entry.split(".")))
        row = "ifEntry" if entry == _IF_ENTRY else "ifXEntry"
        yield "IF-MIB", row, base, False
        yield "IF-MIB", row.replace("Entry", "Table"), base[:-1], False
        for number, name in enumerate(columns, start=1):
            yield "IF-MIB", name, (*base, number), False


def _shipped() -> Iterator[tuple[str, str, Arcs, bool]]:
    builder = MibBuilder()
    builder.load_modules(*_MODULES)
    for module in _MODULES:
        for name, symbol in builder.mibSymbols[module].items():
            kind = type(symbol).__name__
            if kind in _NAMED and isinstance(name, str):
                yield module, name, tuple(symbol.name), kind == "MibScalar"
