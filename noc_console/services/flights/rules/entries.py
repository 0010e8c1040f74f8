"""What lines of paths do to the entries of a RouterOS configuration, and which lines undo it.

Worked out on what `/export` prints, which leaves out what is as it always was. So a line about
something that is not printed may be beyond us: then that is said, and what comes of it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Interface

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.rules import hidden, menus
from noc_console.services.flights.rules.menus import Said
from noc_console.services.flights.rules.ways import Manner

Entries = dict[str, dict[str, object]]

_INTERFACES = "/interface"
_BUILT_IN = (
    (re.compile(r"(?:ether|sfp|combo|qsfp)[\w-]*"), "/interface ethernet"),
    (re.compile(r"wlan\d+"), "/interface wireless"),
    (re.compile(r"wifi\d+"), "/interface wifi"),
)
"""Interfaces that are there without being printed, by the names they came with."""
_NAMED = ("/ip service", "/ip firewall service-port")
"""Menus whose entries are built in, and are told by their names."""
_PLACE = "place-before"
_SECRET = re.compile(r"(?:^|-)(?:password|passphrase|secret|key|psk|pin)$")
"""Properties that a router may keep out of what it prints."""


def apply(tree: Entries, line: str, manner: Manner) -> str:
    """Do to a configuration what a line does. Why that cannot be told in full; "" when it can.

    Raises Invalid for what means something else each time it is typed.
    """
    said = menus.parse(line)
    hides = next((key for key in said.words if _SECRET.search(key)), "")
    is_printed = any(f" {hides}=" in each for each in tree) if hides else True
    told = _apply(tree, said, manner)
    return told if told or is_printed else f"a router may not print its {hides}"


def _apply(tree: Entries, said: Said, manner: Manner) -> str:
    if said.verb == "add":
        return _add(tree, said, manner)
    if said.verb == "move":
        return "it changes the order of entries"
    if not said.about:
        if said.verb != "set" or not said.words:
            raise Invalid(
                f"“{hidden.told(said.line)[:60]}” does not say what it is about", field="template"
            )
        _write(tree, _menu(tree, said), said, manner)
        return ""
    found = _meant(tree, said, manner)
    if isinstance(found, str):
        return found
    told = ""
    for each in found:
        if said.verb == "remove":
            told = told or _remove(tree, each)
        else:
            told = told or _renames(tree, each, said)
            _write(tree, each, said, manner)
    return told


def unread(lines: Iterable[str], printed: Iterable[str]) -> str:
    """The first line that sets a secret which is not printed: nobody can read whether it is set, or
    taken back; "" when there is none."""
    there = list(printed)
    for line in lines:
        if (said := menus.read(line)) is None:
            continue
        secrets = [f" {key}={value}" for key, value in said.words.items() if _SECRET.search(key)]
        if any(not any(each in one for one in there) for each in secrets):
            return line
    return ""


def inverse(after: Entries, before: Entries, manner: Manner) -> tuple[str, ...]:
    """Lines that turn one configuration into the other, as far as there are any."""
    gone = [said for line in before if line not in after and (said := menus.read(line))]
    new = [said for line in after if line not in before and (said := menus.read(line))]
    pairs = _pairs(gone, new, manner)
    paired = {id(each) for pair in pairs for each in pair}
    lines = [_removal(each) for each in new if each.verb == "add" and id(each) not in paired]
    lines += [line for old, now in pairs if (line := _back(old, now, manner))]
    lines += _set_back(gone, new, manner)
    lines += [
        _return(each, after, before, manner)
        for each in gone
        if each.verb == "add" and id(each) not in paired
    ]
    return tuple(lines)


# -- what lines do -------------------------------------------------------------------------


def _add(tree: Entries, said: Said, manner: Manner) -> str:
    if "copy-from" in said.words:
        return "it copies an entry that only the router knows"
    words = {
        k: v for k, v in said.words.items() if k != _PLACE and not _is_usual(said, k, v, manner)
    }
    _complete(said.path, words)
    line = Said(said.path, "add", "", None, words).line
    if line in tree:
        return "there is such an entry already"
    place = said.words.get(_PLACE)
    if place is None:
        _insert(tree, line, after=_last(tree, said.path))
        return ""
    wants = menus.wanted(place)
    near = [] if wants is None else _like(tree, said.path, wants, manner)
    if not near:
        _insert(tree, line, after=_last(tree, said.path))
        return "the entry before which it is put is not in its configuration"
    _insert(tree, line, before=near[0].line)
    return ""


def _meant(tree: Entries, said: Said, manner: Manner) -> list[Said] | str:
    """The entries a line is about, or why nobody can tell."""
    if said.about.isdigit():
        if (there := _exactly(tree, said)) is None:
            told = "a number is another entry each time: write [find …]"
            raise Invalid(f"“{hidden.told(said.line)[:60]}”: {told}", field="template")
        return [there]
    if said.wants is None:
        return "only the router works out what it finds"
    if found := _like(tree, said.path, said.wants, manner):
        return found
    name = said.wants.get("default-name") or said.wants.get("name")
    if name is not None and len(said.wants) == 1 and said.verb != "remove":
        for pattern, path in _BUILT_IN:
            if pattern.fullmatch(name) and said.path in (path, _INTERFACES):
                about = f"[ find default-name={name} ]"
                return [Said(path, "set", about, {"default-name": name}, {})]
        if said.path in _NAMED:
            return [Said(said.path, "set", name, {"name": name}, {})]
    return "nothing in its configuration is like that"


def _like(tree: Entries, path: str, wants: Mapping[str, str], manner: Manner) -> list[Said]:
    """The entries that a `find` finds."""
    found = []
    for line in tree:
        if not line.startswith(f"{path} ") or (said := menus.read(line)) is None:
            continue
        is_there = said.path == path or path == _INTERFACES
        has_entries = said.verb == "add" or (said.verb == "set" and said.about)
        if (
            is_there
            and has_entries
            and all(_has(said, key, manner) == value for key, value in wants.items())
        ):
            found.append(said)
    return found


def _has(said: Said, key: str, manner: Manner) -> str | None:
    """A property of an entry, also one that is not printed as it is usual."""
    own = {**(said.wants or {}), **said.words}
    if key == "name" and "name" not in own:
        return own.get("default-name")
    return own.get(key, manner.usual(said.path, key))


def _exactly(tree: Entries, said: Said) -> Said | None:
    begin = f"{said.path} set {said.about} "
    return next((menus.read(line) for line in tree if f"{line} ".startswith(begin)), None)


def _menu(tree: Entries, said: Said) -> Said:
    """What a menu that is one entry says now."""
    there = (menus.read(line) for line in tree if line.startswith(f"{said.path} set "))
    its = (each for each in there if each is not None and each.path == said.path)
    nothing = Said(said.path, "set", "", None, {})
    return next((each for each in its if not each.about), nothing)


def _write(tree: Entries, old: Said, said: Said, manner: Manner) -> None:
    """Give an entry the properties a line gives it."""
    words = dict(old.words)
    for key, value in _changes(said).items():
        if not value or _is_usual(old, key, value, manner):
            words.pop(key, None)
        else:
            words[key] = value
    _complete(old.path, words, anew="address" in said.words)
    new = Said(old.path, old.verb, old.about, old.wants, words)
    is_empty = old.verb == "set" and not words
    _replace(tree, old.line, "" if is_empty else new.line)


def _changes(said: Said) -> dict[str, str]:
    """Properties and their new values; nothing for those that are taken away."""
    if said.verb in ("enable", "disable"):
        return {"disabled": "yes" if said.verb == "disable" else "no"}
    return {k.removeprefix("!"): "" if k.startswith("!") else v for k, v in said.words.items()}


def _remove(tree: Entries, said: Said) -> str:
    if said.verb != "add":
        return "what is built in is not removed"
    tree.pop(said.line, None)
    return _named_by(tree, said)


def _renames(tree: Entries, old: Said, said: Said) -> str:
    return _named_by(tree, old) if "name" in said.words else ""


def _named_by(tree: Entries, said: Said) -> str:
    """Whether other entries name this one: they change with it."""
    own = {**(said.wants or {}), **said.words}
    name = own.get("name") or own.get("default-name")
    ends = re.compile(rf"=(?:[^ ]*,)?{re.escape(name)}(?:,| |$)") if name else None
    is_named = ends is not None and any(ends.search(x) for x in tree if x != said.line)
    return "other entries name it, and change with it" if is_named else ""


def _complete(path: str, words: dict[str, str], *, anew: bool = True) -> None:
    """What the router writes beside what was typed."""
    if path != "/ip address" or "address" not in words or not anew:
        return
    try:
        words["network"] = str(IPv4Interface(words["address"]).network.network_address)
    except ValueError:
        return  # it refuses that itself


def _is_usual(said: Said, key: str, value: str, manner: Manner) -> bool:
    return manner.usual(said.path, key) == value


def _last(tree: Entries, path: str) -> str:
    """The last entry of a menu."""
    lines = [line for line in tree if line.startswith(f"{path} ")]
    return lines[-1] if lines else ""


def _insert(tree: Entries, line: str, *, after: str = "", before: str = "") -> None:
    order: list[str] = []
    for each in tree:
        order += [line, each] if each == before else [each, line] if each == after else [each]
    if line not in order:
        order.append(line)
    _reorder(tree, order)


def _replace(tree: Entries, old: str, new: str) -> None:
    if old not in tree:
        if new:
            _insert(tree, new, after=_last(tree, menus.parse(new).path))
        return
    _reorder(tree, [new if each == old else each for each in tree if each != old or new])


def _reorder(tree: Entries, lines: list[str]) -> None:
    tree.clear()
    tree.update({line: {} for line in lines})


# -- and what undoes them ------------------------------------------------------------------


def _pairs(gone: list[Said], new: list[Said], manner: Manner) -> list[tuple[Said, Said]]:
    """Entries that were changed: what they said, and what they say."""
    pairs: list[tuple[Said, Said]] = []
    left = [each for each in new if each.verb == "add"]
    for old in gone:
        fits = [now for now in left if old.verb == "add" and _is_other(old, now, manner)]
        if fits:
            best = max(fits, key=lambda now: _alike(old, now))
            left.remove(best)
            pairs.append((old, best))
    return pairs


def _is_other(old: Said, now: Said, manner: Manner) -> bool:
    """Whether one is the other with some properties changed, which `set` can change back."""
    if old.path != now.path:
        return False
    if any(key not in old.words and manner.usual(now.path, key) is None for key in now.words):
        return False
    has_name = "name" in old.words and old.words["name"] == now.words.get("name")
    return has_name or 2 * _alike(old, now) >= max(len(old.words), len(now.words))


def _alike(old: Said, now: Said) -> int:
    return len(old.words.items() & now.words.items())


def _back(old: Said, now: Said, manner: Manner) -> str:
    changed = _differences(old, now, manner)
    return Said(now.path, "set", _finding(now), None, changed).line if changed else ""


def _set_back(gone: list[Said], new: list[Said], manner: Manner) -> Iterator[str]:
    """Lines for what is there by itself: its properties from before."""
    before = {(each.path, each.about): each for each in gone if each.verb == "set"}
    after = {(each.path, each.about): each for each in new if each.verb == "set"}
    for key in {**before, **after}:
        nothing = Said(key[0], "set", key[1], None, {})
        changed = _differences(before.get(key, nothing), after.get(key, nothing), manner)
        if changed:
            yield Said(key[0], "set", key[1], None, changed).line


def _differences(old: Said, now: Said, manner: Manner) -> dict[str, str]:
    """Properties to be set so that one becomes the other; without those whose usual value nobody
    has written down."""
    changed = {key: value for key, value in old.words.items() if now.words.get(key) != value}
    for key in now.words:
        if key not in old.words and (usual := manner.usual(now.path, key)) is not None:
            changed[key] = usual
    if now.path == "/ip address" and "address" in changed:
        changed.pop("network", None)
    return changed


def _removal(said: Said) -> str:
    return Said(said.path, "remove", _finding(said), None, {}).line


def _return(said: Said, after: Entries, before: Entries, manner: Manner) -> str:
    """The line that adds an entry again, where order matters in its old place."""
    words = dict(said.words)
    if said.path.startswith(manner.ordered):
        rest = menus.order(before, manner.ordered)[said.path]
        follow = rest[rest.index(said.line) + 1 :]
        near = next((menus.read(line) for line in follow if line in after), None)
        if near is not None:
            words[_PLACE] = _finding(near)
    return Said(said.path, "add", "", None, words).line


def _finding(said: Said) -> str:
    """What finds an entry: its name, or all it says but for what the router adds itself."""
    name = said.words.get("name")
    said_ = {k: v for k, v in said.words.items() if (said.path, k) != ("/ip address", "network")}
    words = {"name": name} if name else said_
    told = " ".join(f"{key}={menus.quoted(value)}" for key, value in sorted(words.items()))
    return f"[find {told}]"
