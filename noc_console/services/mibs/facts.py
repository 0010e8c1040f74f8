"""A compiled module as the plain values of its JSON file, and back. Values are checked: a file
may be old, cut short, or not ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from noc_console.services.mibs.model import Base, Facts, Kind, MibObject, Syntax


def to_plain(facts: Facts) -> dict[str, Any]:
    """What is written to a module's file."""
    return {
        "module": facts.module,
        "source": facts.source,
        "types": {name: syntax_to_plain(syntax) for name, syntax in facts.types},
        "objects": [object_to_plain(one) for one in facts.objects],
    }


def from_plain(told: Mapping[str, Any]) -> Facts:
    """The module a file tells of; ValueError when it is none."""
    try:
        module = str(told["module"])
        return Facts(
            module=module,
            source=str(told.get("source", "")),
            types=tuple(
                (str(name), _syntax(one, str(one["type"]))) for name, one in told["types"].items()
            ),
            objects=tuple(object_from_plain(one, module) for one in told["objects"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no compiled MIB module ({error})") from None


def syntax_to_plain(syntax: Syntax) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": syntax.name, "base": syntax.base.value}
    if syntax.hint:
        plain["hint"] = syntax.hint
    if syntax.ranges:
        is_length = syntax.base in {Base.OCTETS, Base.OPAQUE, Base.BITS}
        plain["size" if is_length else "range"] = [list(pair) for pair in syntax.ranges]
    if syntax.labels:
        plain["labels"] = dict(syntax.labels)
    return plain


def object_to_plain(one: MibObject) -> dict[str, Any]:
    plain: dict[str, Any] = {"name": one.name, "oid": one.oid, "kind": one.kind.value}
    if one.syntax is not None:
        plain |= syntax_to_plain(one.syntax)
    if one.access:
        plain["access"] = one.access
    if one.status != "current":
        plain["status"] = one.status
    if one.units:
        plain["units"] = one.units
    if one.index:
        plain["index"] = list(one.index)
    if one.is_implied:
        plain["implied"] = True
    if one.carries:
        plain["carries"] = list(one.carries)
    if one.description:
        plain["text"] = one.description
    return plain


def object_from_plain(told: Mapping[str, Any], module: str) -> MibObject:
    """One object; KeyError, TypeError or ValueError when it is none."""
    return MibObject(
        oid=str(told["oid"]),
        name=str(told["name"]),
        module=module,
        kind=Kind(told["kind"]),
        syntax=_syntax(told, str(told["type"])) if "base" in told else None,
        access=str(told.get("access", "")),
        status=str(told.get("status", "current")),
        units=str(told.get("units", "")),
        description=str(told.get("text", "")),
        index=tuple(map(str, told.get("index", ()))),
        is_implied=bool(told.get("implied", False)),
        carries=tuple(map(str, told.get("carries", ()))),
    )


def _syntax(told: Mapping[str, Any], name: str) -> Syntax:
    ranges = told.get("size") or told.get("range") or ()
    return Syntax(
        name=name,
        base=Base(told["base"]),
        hint=str(told.get("hint", "")),
        ranges=tuple((int(low), int(high)) for low, high in ranges),
        labels=tuple((str(word), int(value)) for word, value in told.get("labels", {}).items()),
    )
