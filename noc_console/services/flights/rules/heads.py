"""Interfaces by the names people type, as the device prints them.

`int gi1/0/3` and `interface GigabitEthernet1/0/3` are one block, and only the second is printed.
What is typed is written in full before it is previewed and sent: by the names in the running
configuration first, then by the pairs of ifName and ifDescr in the inventory, then by the types
that are made by typing them. A name that none of these knows refuses the plan: taking back an
interface that exists with `no interface …` would take away more than was brought.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.rules.forecast import Tree
from noc_console.services.flights.rules.ways import Manner

Pair = tuple[str, str]
"""ifName and ifDescr of an interface the device has."""
_HEAD = re.compile(
    r"(?i)^(?P<pad> *)(?P<no>(?:no|undo) +)?int(?:e(?:r(?:f(?:a(?:ce?)?)?)?)?)? +(?P<name>\S.*)$"
)
_NAME = re.compile(r"^(?P<kind>\d{0,3}[A-Za-z][A-Za-z-]*) *(?P<number>\d[\w/.:]*)(?P<rest> .*)?$")
_WITHIN = re.compile(
    r"(?i)^(?P<head> *(?:no +)?(?:\S+ +){0,4}?(?:passive-interface|update-source|source-interface|"
    r"trap-source) +)(?P<name>[A-Za-z][A-Za-z-]* ?\d[\w/.:]*)$"
)
"""Lines that name an interface at their end, which are printed with its full name."""
_NOWHERE = re.compile(r"(?i)^(?P<head> *(?:no +)?ip(?:v6)? route .* )null ?0(?P<rest> .*)?$")
_ALIASES = {
    "be": "bundle-ether", "ge": "gigabitethernet", "xge": "xgigabitethernet", "lo": "loopback",
    "po": "port-channel", "tf": "twentyfivegige",
}  # fmt: skip
"""Names people know that are no beginnings of the full ones."""
_IOS = (
    "Loopback", "Vlan", "Port-channel", "Tunnel", "BDI", "BVI", "Null", "Dialer", "nve",
    "Virtual-Template", "Multilink", "pseudowire",
)  # fmt: skip
_MADE = {
    "ios": _IOS,
    "iosxr": ("Loopback", "Bundle-Ether", "BVI", "Null", "tunnel-te", "tunnel-ip", "PW-Ether"),
    "arista_eos": ("Loopback", "Vlan", "Port-Channel", "Tunnel", "Vxlan"),
    "nxos": ("loopback", "Vlan", "port-channel", "Tunnel", "nve"),
    "vrp": (
        "LoopBack",
        "Vlanif",
        "Eth-Trunk",
        "Tunnel",
        "NULL",
        "Vbdif",
        "Nve",
        "Virtual-Template",
    ),
}
"""Interfaces that come to be by being configured, as these platforms print them."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The interfaces of a device, and how its platform names those one makes."""

    printed: tuple[str, ...]
    """In its configuration."""
    there: tuple[str, ...]
    """In the inventory, by their full names."""
    short: dict[str, str]
    """Full names by the short ones, in small letters."""
    made: tuple[str, ...]


def in_full(
    lines: Sequence[str], before: Tree, pairs: Iterable[Pair], manner: Manner
) -> tuple[str, ...]:
    """Typed lines with the names of interfaces as the device prints them.

    Raises Invalid for a name that could be several interfaces, or that nobody knows.
    """
    if manner.form != "sections":
        return tuple(lines)
    known = _known(before, tuple(pairs), manner)
    is_flat = not any(line[:1] == " " for line in lines)
    return tuple(_line(line, known, before, manner, is_flat=is_flat) for line in lines)


def _known(before: Tree, pairs: Sequence[Pair], manner: Manner) -> _Known:
    printed = dict.fromkeys(
        line[10:] for line in _lines(before) if line.startswith("interface ") and line[10:]
    )
    named = [(name, _full(name, descr)) for name, descr in pairs if name]
    return _Known(
        printed=tuple(printed),
        there=tuple(full for _, full in named),
        short={_plain(name): full for name, full in named},
        made=_MADE.get(manner.name, ()),
    )


def _full(name: str, descr: str) -> str:
    """ifDescr where it is a name; some platforms write a sentence there."""
    return descr if _NAME.match(descr) and " " not in descr else name


def _lines(tree: Tree) -> Iterable[str]:
    for line, below in tree.items():
        yield line
        yield from _lines(below)


def _line(line: str, known: _Known, before: Tree, manner: Manner, *, is_flat: bool) -> str:
    head = _HEAD.match(line)
    if head is not None and (is_flat or not head["pad"]):
        full = _interface(" ".join(head["name"].split()), known)
        typed = f"interface {full}"
        if full in known.there and typed not in before and not manner.hold:
            raise Invalid(
                f"the device has {full}, and no block of it in its configuration: nobody could"
                " tell how it was before",
                field="template",
            )
        return f"{head['pad']}{head['no'] or ''}{typed}"
    for pattern in (_HEAD, _WITHIN):
        if (found := pattern.match(line)) is not None:
            meant = _found(" ".join(found["name"].split()), known)
            return line[: found.start("name")] + (meant or found["name"])
    if (found := _NOWHERE.match(line)) is not None:
        name = "NULL0" if manner.name == "vrp" else "Null0"
        return f"{found['head']}{name}{found['rest'] or ''}"
    return line


def _interface(name: str, known: _Known) -> str:
    """The full name; Invalid where there is none, or more than one."""
    if name.casefold().startswith(("range ", "range-")):
        told = "stands in no configuration: write a loop over the interfaces"
        raise Invalid(f"“interface {name[:60]}” {told}", field="template")
    if name in known.printed or _NAME.match(name) is None:
        return name
    if (full := _found(name, known)) is not None:
        return full
    if not known.printed and not known.there:
        return name  # nothing to compare with: what comes of it is read
    raise Invalid(
        f"“interface {name[:60]}”: neither its configuration nor the inventory knows this"
        " interface; write its name as the configuration does",
        field="template",
    )


def _found(name: str, known: _Known) -> str | None:
    """The full name, or None. Raises Invalid for a name that could be several."""
    if name in known.printed or (parts := _NAME.match(name)) is None:
        return name
    bare = f"{parts['kind']}{parts['number']}"
    rest = parts["rest"] or ""
    if bare != name and f"{bare}{rest}" in known.printed:
        return f"{bare}{rest}"
    for names in (known.printed, known.there):
        if (one := _one(parts["kind"], parts["number"], names, name)) is not None:
            return f"{one}{rest}"
    if (long := known.short.get(_plain(bare))) is not None:
        return f"{long}{rest}"
    base, dot, sub = parts["number"].rpartition(".")
    if dot and (parent := _found(f"{parts['kind']}{base}", known)) is not None:
        return f"{parent}.{sub}{rest}"
    made = _one(parts["kind"], "", known.made, name)
    return None if made is None else f"{made}{parts['number']}{rest}"


def _one(kind: str, number: str, names: Iterable[str], typed: str) -> str | None:
    """The only name with this number whose type begins so."""
    wanted = kind.casefold()
    fits: dict[str, str] = {}
    for name in names:
        parts = _NAME.match(name)
        other, its = (parts["kind"], parts["number"]) if parts else (name, "")
        full = other.casefold()
        if its != number:
            continue
        if full == wanted:
            return name
        if full.startswith((wanted, _ALIASES.get(wanted, wanted))):
            fits[full] = name
    if len(fits) > 1:
        told = " or ".join(sorted(fits.values())[:3])
        raise Invalid(f"“interface {typed[:60]}” could be {told}", field="template")
    return next(iter(fits.values()), None)


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
