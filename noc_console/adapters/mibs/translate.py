"""Between pysmi's intermediate shapes and our facts. Runs in the compiling process only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from noc_console.services.mibs.model import Base, Facts, Kind, MibObject, Syntax

TEXT_LIMIT = 4_000
"""Characters of a description that are kept."""
_NAME_LIMIT = 128

BASES = {
    "INTEGER": Base.INTEGER,
    "Integer": Base.INTEGER,
    "Integer32": Base.INTEGER,
    "Unsigned32": Base.UNSIGNED,
    "Gauge32": Base.UNSIGNED,
    "Gauge": Base.UNSIGNED,
    "UInteger32": Base.UNSIGNED,
    "Counter32": Base.COUNTER32,
    "Counter": Base.COUNTER32,
    "Counter64": Base.COUNTER64,
    "TimeTicks": Base.TIMETICKS,
    "OctetString": Base.OCTETS,
    "OCTET STRING": Base.OCTETS,
    "ObjectIdentifier": Base.OID,
    "OBJECT IDENTIFIER": Base.OID,
    "IpAddress": Base.ADDRESS,
    "NetworkAddress": Base.ADDRESS,
    "Bits": Base.BITS,
    "BITS": Base.BITS,
    "Opaque": Base.OPAQUE,
}
_PYSMI_TYPE = {
    Base.INTEGER: "Integer32",
    Base.UNSIGNED: "Unsigned32",
    Base.COUNTER32: "Counter32",
    Base.COUNTER64: "Counter64",
    Base.TIMETICKS: "TimeTicks",
    Base.OCTETS: "OctetString",
    Base.OID: "ObjectIdentifier",
    Base.ADDRESS: "IpAddress",
    Base.BITS: "Bits",
    Base.OPAQUE: "Opaque",
}
_PYSMI_BASES = {"Integer32", "Bits", "ObjectIdentifier", "OctetString"}
_SMI = "SNMPv2-SMI"
_KINDS = {
    "scalar": Kind.SCALAR,
    "table": Kind.TABLE,
    "row": Kind.ROW,
    "column": Kind.COLUMN,
}
_CLASSES = {
    "moduleidentity": Kind.MODULE,
    "notificationtype": Kind.NOTIFICATION,
    "objectidentity": Kind.NODE,
    "agentcapabilities": Kind.NODE,
}
_GROUPS = {"objectgroup", "notificationgroup", "modulecompliance"}

_STATUS = {"": "current", "mandatory": "current", "optional": "current"}
"""SMIv1 words for what is in force."""

Types = Mapping[str, Syntax]


# From our facts to the symbol table by which pysmi understands an import


def symbols(facts: Facts) -> dict[str, Any]:
    """The table pysmi would have made of the module's text."""
    table: dict[str, Any] = {one.name.replace("-", "_"): _symbol(one) for one in facts.objects}
    for name, syntax in facts.types:
        table[name.replace("-", "_")] = _type_symbol(name, syntax)
    if facts.module == _SMI:
        table |= _smi_types()
    return table | {"_symtable_order": [], "_symtable_cols": [], "_symtable_rows": []}


def _symbol(one: MibObject) -> dict[str, Any]:
    symbol: dict[str, Any] = {
        "type": "ObjectType" if one.syntax else "MibIdentifier",
        "oid": tuple(map(int, one.oid.split("."))),
        "origName": one.name,
    }
    if one.syntax is not None:
        symbol["syntax"] = (_type_of(one.syntax), _subtype(one.syntax))
    return symbol


def _type_symbol(name: str, syntax: Syntax) -> dict[str, Any]:
    return {
        "type": "TypeDeclaration",
        "syntax": (_type_of(syntax), _subtype(syntax)),
        "origName": name,
        "isTC": True,
    }


def _type_of(syntax: Syntax) -> tuple[str, str]:
    name = _PYSMI_TYPE[syntax.base]
    return name, "" if name in _PYSMI_BASES else _SMI


def _subtype(syntax: Syntax) -> dict[str, int] | list[Any] | str:
    if syntax.labels:
        return dict(syntax.labels)
    return [[list(pair) for pair in syntax.ranges]] if syntax.ranges else ""


def _smi_types() -> dict[str, Any]:
    """The application types, which no module defines in a way pysmi reads."""
    numbers = ("Counter32", "Counter64", "Gauge32", "Unsigned32", "TimeTicks")
    made = dict.fromkeys(numbers, "Integer32") | {
        "IpAddress": "OctetString",
        "Opaque": "OctetString",
        "ObjectName": "ObjectIdentifier",
        "NotificationName": "ObjectIdentifier",
    }
    return {
        name: {
            "type": "TypeDeclaration",
            "syntax": ((base, ""), ""),
            "origName": name,
            "isTC": False,
        }
        for name, base in made.items()
    }


# From pysmi's document to our facts


def types_of(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The type definitions of a module, not yet resolved."""
    return {
        str(entry["name"]): entry
        for entry in document.values()
        if isinstance(entry, Mapping)
        and entry.get("class") in {"type", "textualconvention"}
        and "name" in entry
    }


def resolved(name: str, defined: Mapping[str, Mapping[str, Any]], known: Types) -> Syntax | None:
    """A type of this module, or one it imports; None when nothing leads to a base type."""
    seen: list[Mapping[str, Any]] = []
    at = name
    while at in defined and len(seen) < 16:
        seen.append(defined[at])
        at = str(defined[at].get("type", {}).get("type", ""))
    if at in known:
        found = Syntax(name, known[at].base, known[at].hint, known[at].ranges, known[at].labels)
    elif at in BASES:
        found = Syntax(name, BASES[at])
    else:
        return None
    for entry in reversed(seen):
        inner = entry.get("type", {})
        found = _narrowed(found, inner, hint=str(entry.get("displayhint", "")))
    return found


def facts_of(
    module: str, document: Mapping[str, Any], known: Types, *, source: str
) -> tuple[Facts, list[str]]:
    """The module's facts, and the types that could not be understood."""
    defined = types_of(document)
    types = {
        name: syntax for name in defined if (syntax := resolved(name, defined, known)) is not None
    }
    lost = sorted(defined.keys() - types.keys())
    objects = [
        one
        for entry in document.values()
        if isinstance(entry, Mapping) and "oid" in entry and entry.get("class") not in _GROUPS
        for one in [_object(module, entry, types, known, document, lost)]
    ]
    objects.sort(key=lambda one: tuple(map(int, one.oid.split("."))))
    return Facts(module, tuple(sorted(types.items())), tuple(objects), source), lost


def _object(
    module: str,
    entry: Mapping[str, Any],
    types: Types,
    known: Types,
    document: Mapping[str, Any],
    lost: list[str],
) -> MibObject:
    kind = _KINDS.get(str(entry.get("nodetype", "")))
    kind = kind or _CLASSES.get(str(entry.get("class", "")), Kind.NODE)
    syntax = None
    if kind.has_value:
        told = entry.get("syntax", {})
        syntax = _syntax(told, types, known)
        if syntax is None:
            lost.append(str(told.get("type", "?")))
            syntax = Syntax(str(told.get("type", ""))[:_NAME_LIMIT], Base.OCTETS)
    index, is_implied = _index(entry, document)
    return MibObject(
        oid=str(entry["oid"]),
        name=str(entry["name"])[:_NAME_LIMIT],
        module=module,
        kind=kind,
        syntax=syntax,
        access=str(entry.get("maxaccess", "")) if kind.has_value else "",
        status=_STATUS.get(str(entry.get("status", "")), str(entry.get("status", "current"))),
        units=str(entry.get("units", ""))[:_NAME_LIMIT],
        description=str(entry.get("description", ""))[:TEXT_LIMIT],
        index=index,
        is_implied=is_implied,
        carries=_carried(entry) if kind is Kind.NOTIFICATION else (),
    )


def _syntax(told: Mapping[str, Any], types: Types, known: Types) -> Syntax | None:
    name = str(told.get("type", ""))
    plain = Syntax(name, BASES[name]) if name in BASES else None
    found = types.get(name) or known.get(name) or plain
    return None if found is None else replace(_narrowed(found, told), name=name)


def _narrowed(syntax: Syntax, told: Mapping[str, Any], *, hint: str = "") -> Syntax:
    """The type with what a definition adds to it: ranges, words, a hint."""
    limits = told.get("constraints") or {}
    labels = limits.get("enumeration") or told.get("bits") or {}
    ranges = limits.get("size") or limits.get("range") or ()
    return Syntax(
        name=syntax.name,
        base=syntax.base,
        hint=hint or syntax.hint,
        ranges=_pairs(ranges) or syntax.ranges,
        labels=_labels(labels) or syntax.labels,
    )


def _pairs(ranges: Iterable[Mapping[str, Any]]) -> tuple[tuple[int, int], ...]:
    return tuple((int(one["min"]), int(one["max"])) for one in ranges)


def _labels(labels: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    pairs = [(str(word)[:_NAME_LIMIT], int(value)) for word, value in labels.items()]
    return tuple(sorted(pairs, key=lambda pair: pair[1]))


def _index(
    entry: Mapping[str, Any], document: Mapping[str, Any], depth: int = 0
) -> tuple[tuple[str, ...], bool]:
    """The index of a row. A row that augments another of this module has that one's."""
    parts = entry.get("indices") or ()
    if parts:
        names = tuple(str(part["object"])[:_NAME_LIMIT] for part in parts)
        return names, bool(int(parts[-1].get("implied") or 0))
    other = str((entry.get("augmention") or {}).get("object", ""))
    if not other or depth > 4:
        return (), False
    if isinstance(found := document.get(other.replace("-", "_")), Mapping):
        return _index(found, document, depth + 1)
    return (other,), False  # a row of another module: its index is looked up where it is known


def _carried(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(one["object"])[:_NAME_LIMIT] for one in entry.get("objects") or ())
