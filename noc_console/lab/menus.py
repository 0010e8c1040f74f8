"""RouterOS as the lab plays it: menus of entries, what changes them, and Safe Mode.

A configuration is a tree of two levels: a path, and below it its entries as `/export terse` prints
them behind the path. An entry that was added is found by its properties, one that is built in by
the name it came with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from noc_console.lab.configuring import Talk
from noc_console.lab.setting import Tree

if TYPE_CHECKING:
    from noc_console.lab.model import Device
    from noc_console.lab.world import World

SAFE_KEY = "\x18"
"""Ctrl+X."""
HISTORY = 100
"""Changes a router remembers; with more in Safe Mode it leaves that, and all stand."""
MOST_ENTRIES = 20_000
_COMMAND = re.compile(
    r"/?(?P<path>[a-z0-9][a-z0-9/ -]*?)[/ ]+(?P<verb>add|set|remove|enable|disable)(?P<rest>$| .*)"
)
"""A path, a verb that changes something, and the rest."""
_TOKEN = re.compile(r'\[[^\]]*\]|(?:[^\s"\[]|"(?:\\.|[^"\\])*")+')
_PLAIN = re.compile(r"[\w.:/,@*+%-]+")
_ADDED_WORDS = (
    "/interface bridge,/interface vlan,/interface list,/ip address,/ip route,/ip firewall filter,"
    "/ip firewall nat,/ip firewall address-list,/ip pool,/ip dns static,/ppp secret,/ppp profile,"
    "/routing bgp connection,/queue simple,/system logging"
)
_ADDED = frozenset(_ADDED_WORDS.split(","))
"""Menus to which entries are added."""
_SINGLE = frozenset(("/system identity", "/snmp", "/ip dns", "/system clock", "/ip settings"))
"""Menus that are one entry."""
_KNOWN = _ADDED | _SINGLE | {"/interface", "/interface ethernet", "/interface wireless"}
_USUAL = {"disabled": "no", "comment": "", "contact": "", "location": ""}
_HELD = "Hijacking Safe Mode from someone - unroll/release/don't take it [u/r/d]: "

Words = dict[str, str]


def printed(tree: Tree) -> Iterator[str]:
    """As `/export terse` prints it."""
    for path, entries in tree.items():
        yield from (f"{path} {entry}" for entry in entries)


def entry(verb: str, words: Words, name: str = "") -> str:
    """An entry as it is printed; `name` is what a built-in one came with."""
    about = f" [ find default-name={name} ]" if name else ""
    told = "".join(f" {key}={_quoted(value)}" for key, value in sorted(words.items()))
    return f"{verb}{about}{told}"


def read(text: str) -> tuple[str, str, Words]:
    """An entry's verb, the name it came with, and its properties."""
    verb, *tokens = _TOKEN.findall(text)
    name = ""
    if tokens and tokens[0].startswith("["):
        name = _words(tokens.pop(0).strip("[] ").split()[1:]).get("default-name", "")
    return verb, name, _words(tokens)


def properties(text: str) -> Words:
    """An entry's properties, its name among them where it came with one."""
    _, name, words = read(text)
    return {**({"name": name} if name else {}), **words}


class SafeTalk(Talk):
    """RouterOS: each line counts at once, in Safe Mode only as long as its session lives."""

    keys = SAFE_KEY + "urd"

    def __init__(self, world: World, device: Device) -> None:
        super().__init__(world, device)
        self._changes = 0

    @property
    def prompt(self) -> str | None:
        if (asked := super().prompt) is not None:
            return asked
        plain = self._device.character.prompt_for(self._device)
        return plain.replace(" > ", " <SAFE> ") if self._is_safe else None

    @property
    def _is_safe(self) -> bool:
        return self._world.settings.in_safe_mode(self._device) is self

    def press(self, key: str) -> str | None:
        """What a key does; None for one that is only a letter."""
        settings = self._world.settings
        if self._asked is not None:
            return self.answer(key) if key in "urd" else ""
        if key != SAFE_KEY:
            return None
        if self._is_safe:
            settings.leave_safe_mode(self._device, keep=True)
            return "[Safe Mode released]"
        if settings.in_safe_mode(self._device) is not None:
            return self._ask(_HELD, self._hijack)
        return self._take()

    def close(self) -> None:
        if self._is_safe:
            self._world.settings.leave_safe_mode(self._device, keep=False)

    def _take(self) -> str:
        self._changes = 0
        self._world.settings.enter_safe_mode(self._device, self)
        return "[Safe Mode taken]"

    def _hijack(self, said: str) -> str:
        if said.strip() not in ("u", "r"):
            return ""
        self._world.settings.leave_safe_mode(self._device, keep=said.strip() == "r")
        return self._take()

    def _answer(self, line: str) -> str | None:
        if line in ("/quit", "quit") and self._is_safe:
            self._world.settings.leave_safe_mode(self._device, keep=True)
            return None
        found = _COMMAND.match(line)
        if found is None:
            return None
        path = "/" + " ".join(found["path"].replace("/", " ").split())
        before = deepcopy(self._setting.running)
        tokens = _TOKEN.findall(found["rest"])
        told = _do(self._device, self._setting.running, path, found["verb"], tokens)
        if not told and self._setting.running != before:
            self._count()
            self._changed()
        return told

    def _count(self) -> None:
        if not self._is_safe:
            self._setting.save()
            return
        self._changes += 1
        if self._changes > HISTORY:
            self._world.settings.leave_safe_mode(self._device, keep=True)


# -- what lines do -------------------------------------------------------------------------


def _do(device: Device, tree: Tree, path: str, verb: str, tokens: list[str]) -> str:
    """Change entries; what is wrong with the line, "" when nothing is."""
    about = ""
    place = ""
    plain: list[str] = []
    for token in tokens:
        if token.startswith("[") and plain and plain[-1] == "place-before=":
            plain.pop()
            place = token
        elif token.startswith("[") or ("=" not in token and not about and verb != "add"):
            about = token
        elif "=" not in token:
            return f"expected end of command (line 1 column {len(path) + len(verb) + 3})"
        else:
            plain.append(token)
    words = _words(plain)
    if path not in _KNOWN:
        return _bad(path)
    if told := _wrong(device, path, words):
        return told
    if verb == "add":
        return _add(tree, path, words, place)
    if path in _SINGLE:
        return _set_single(tree, path, words) if verb == "set" and not about else _bad(verb)
    if not about:
        return "missing value(s) of argument(s) numbers (line 1 column 1)"
    change: Callable[[Words], Words | None] = lambda old: {**old, **words}  # noqa: E731
    if verb in ("enable", "disable"):
        disabled = "no" if verb == "enable" else "yes"
        change = lambda old: {**old, "disabled": disabled}  # noqa: E731
    elif verb == "remove":
        change = lambda _old: None  # noqa: E731
    return _change(device, tree, path, about, change)


def _add(tree: Tree, path: str, words: Words, place: str) -> str:
    if path not in _ADDED:
        return _bad("add")
    if path == "/ip address":
        try:
            words["network"] = str(IPv4Interface(words.get("address", "")).network.network_address)
        except ValueError:
            return "invalid value for argument address"
    below = tree.setdefault(path, {})
    line = entry("add", _without_usual(words))
    if line in below or sum(map(len, tree.values())) >= MOST_ENTRIES:
        return "failure: already have such entry"
    kept = list(below)
    near = [each for each in kept if place and _fits(each, place)]
    kept.insert(kept.index(near[0]) if near else len(kept), line)
    below.clear()
    below.update({each: {} for each in kept})
    return ""


def _set_single(tree: Tree, path: str, words: Words) -> str:
    old = next(iter(tree.get(path, {})), "set")
    tree[path] = {entry("set", _without_usual({**read(old)[2], **words})): {}}
    return ""


def _change(
    device: Device, tree: Tree, path: str, about: str, change: Callable[[Words], Words | None]
) -> str:
    """Change the entries a line is about; `/interface` is about interfaces of all kinds."""
    found = False
    for menu in _menus(device, tree, path):
        below = tree.setdefault(menu, {})
        known = [*below, *(each for each in _built_in(device, menu) if _name(each) not in
                           {_name(one) for one in below})]  # fmt: skip
        kept: Tree = {}
        for each in known:
            verb, name, words = read(each)
            new: Words | None = words
            if _fits(each, about):
                found = True
                new = change(words)
                if new is None and verb == "set":
                    return "failure: can not remove what is built in"
            if new is not None and (verb == "add" or _without_usual(new)):
                kept[entry(verb, _without_usual(new), name)] = {}
        below.clear()
        below.update(kept)
        if not below:
            del tree[menu]
    # What `find` does not find is nothing to complain about.
    return "" if found or about.startswith("[") else "no such item"


def _menus(device: Device, tree: Tree, path: str) -> list[str]:
    if path != "/interface":
        return [path]
    own = ["/interface ethernet", "/interface wireless"]
    return [*own, *(each for each in tree if each.startswith("/interface ") and each not in own)]


def _built_in(device: Device, path: str) -> list[str]:
    """Entries that are there without being printed."""
    kind = {"/interface ethernet": "ethernet", "/interface wireless": "radio"}.get(path)
    return [entry("set", {}, port.name) for port in device.ports if port.kind == kind]


def _fits(text: str, about: str) -> bool:
    own = {**_USUAL, **properties(text)}
    if not about.startswith("["):
        return own.get("name") == about.strip('"')
    verb, *tokens = _TOKEN.findall(about.strip("[] "))
    own["default-name"] = read(text)[1]
    return verb == "find" and all(
        _is_met(own, token) for token in tokens if token not in ("where", "and")
    )


def _is_met(own: Words, condition: str) -> bool:
    """`property=value`, or `property~"part of it"`: a pattern typed by a stranger must not keep
    us busy."""
    part = re.fullmatch(r"([\w.-]+)~(.*)", condition)
    if part is not None:
        return _bare(part[2]) in own.get(part[1], "")
    wanted = _words([condition])
    return bool(wanted) and wanted.items() <= own.items()


def _wrong(device: Device, path: str, words: Words) -> str:
    name = words.get("interface")
    if name is not None and path.startswith("/ip") and device.port(name) is None:
        return "input does not match any value of interface"
    if words.get("disabled", "no") not in ("yes", "no"):
        return "invalid value for argument disabled"
    return ""


def _bad(path: str) -> str:
    return f"bad command name {path.split()[-1].strip('/')} (line 1 column 2)"


def _name(text: str) -> str:
    return properties(text).get("name", "")


def _words(tokens: list[str]) -> Words:
    pairs = (token.partition("=") for token in tokens if "=" in token)
    return {key: re.sub(r"\\(.)", r"\1", _bare(value)) for key, _, value in pairs}


def _bare(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _without_usual(words: Words) -> Words:
    return {key: value for key, value in words.items() if _USUAL.get(key) != value}
