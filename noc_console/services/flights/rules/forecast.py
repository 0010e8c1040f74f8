"""What lines will do to a configuration, and which lines bring it back: worked out, not tried.

A configuration is a tree: lines, and below them the lines of their section (of set lines the tree
is flat). The inverse of a change is applied to the forecast in thought; only when that gives the
configuration from before is the change one that can be taken back.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.rules import entries, hidden, menus
from noc_console.services.flights.rules.ways import Manner

Tree = dict[str, "Tree"]

MOST_LINES = 5_000
"""Of one device's change."""
LONGEST_LINE = 500
BELOW = " / "
"""Between the lines of a path: a section, and what stands in it."""
_FRAME = re.compile(
    r"(?i)^(?:Building configuration|Current configuration\s*:|!!? ?(?:Last|NVRAM|Time|IOS)|end$|"
    r"ntp clock-period|## Last |version \S+;?$|\w{3} \w{3} +\d+ \d\d:\d\d:\d\d)"
)
"""Lines that tell when and by whom it was printed, not how the device is set."""
_OPENS = re.compile(
    r"^(?:interface|router|line|vlan|vrf|route-map|policy-map|class-map|address-family|ip vrf|"
    r"ip(?:v[46])? access-list|route-policy|prefix-set|class|template|bridge-domain|l2vpn|"
    r"user-interface|acl|bgp|ospf|isis|aaa|management|neighbor-group|mpls|control-plane)\b"
)
"""Lines that open a section even when they were typed without indentation below them."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected of a change."""

    after: tuple[str, ...]
    sends: tuple[str, ...]
    """What is typed, one by one, in configuration mode."""
    inverse: tuple[str, ...]
    adds: tuple[str, ...]
    removes: tuple[str, ...]
    diff: str
    why_not: str = ""
    """Why the inverse would not bring it back; "" when it does."""
    unknown: tuple[str, ...] = ()
    """Lines of which nobody can tell in full what they do, each with why."""

    @property
    def is_empty(self) -> bool:
        return not self.adds and not self.removes and not self.unknown


def typed(text: str) -> tuple[str, ...]:
    """The lines of a change as somebody wrote or rendered them; Invalid for what is no line."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\t", " ").split("\n")]
    kept = tuple(
        line for line in lines if line.strip() and not line.lstrip().startswith(("!", "#"))
    )
    if len(kept) > MOST_LINES:
        raise Invalid(f"a change has {MOST_LINES:,} lines at most", field="template")
    for line in kept:
        if len(line) > LONGEST_LINE or not line.isprintable():
            raise Invalid(f"“{_short(line)}” is no line to type", field="template")
        if "?" in line:
            told = "a question mark asks a command line for help, and ends the line there"
            raise Invalid(f"“{_short(line)}”: {told}", field="template")
    return kept


def configured(text: str, manner: Manner) -> Tree:
    """A configuration as the device prints it."""
    if manner.form == "paths":
        return {line: {} for line in menus.entries(text)}
    lines = [line.rstrip() for line in text.splitlines()]
    kept = [x for x in lines if x.strip() and x.strip() != "!" and not _FRAME.match(x.strip())]
    if manner.form == "set":
        return {line.strip(): {} for line in kept if not line.lstrip().startswith("#")}
    return _nested([line for line in kept if not line.lstrip().startswith(("!", "#"))])


def printed(tree: Tree, depth: int = 0) -> Iterator[str]:
    """The tree as lines."""
    for line, below in tree.items():
        yield f"{' ' * depth}{line}"
        yield from printed(below, depth + 1)


def paths(tree: Tree, before: str = "") -> Iterator[str]:
    """Each line behind the sections it stands in."""
    for line, below in tree.items():
        yield f"{before}{line}"
        yield from paths(below, f"{before}{line}{BELOW}")


def shown(path: str) -> str:
    """A line in its sections for a sentence, which is kept: without secrets."""
    return BELOW.join(hidden.told(line) for line in path.split(BELOW))


def same(one: Tree, other: Tree, ordered: Sequence[str] = ()) -> bool:
    """Alike in all lines, whatever their order (devices sort as they like), but for menus in which
    the order matters."""
    if menus.moved(one, other, ordered):
        return False
    return one.keys() == other.keys() and all(same(one[line], other[line]) for line in one)


def forecast(before: Tree, lines: Sequence[str], manner: Manner) -> Forecast:
    """What these lines will do to this configuration.

    Raises Invalid for a line that has no place in a change (`reload`, say).
    """
    if manner.form == "paths":
        lines = menus.in_full(lines)
    _refuse_what_is_no_change(lines, manner)
    after = deepcopy(before)
    unknown = _do(after, lines, manner)
    back = inverse(after, before, manner)
    again = deepcopy(after)
    _do(again, back, manner)
    was, will = list(printed(before)), list(printed(after))
    diff = list(difflib.unified_diff(was, will, "before", "after", lineterm="", n=3))
    told = difflib.ndiff(was, will) if len(was) < 400 else iter(diff[2:])
    changed = [line for line in told if line[:1] in "+-"]
    why = "" if same(again, before, manner.ordered) else difference(again, before, manner.ordered)
    return Forecast(
        after=tuple(will),
        sends=typed_one_by_one(lines, manner),
        inverse=typed_one_by_one(back, manner),
        adds=tuple(line[1:].strip() for line in changed if line[0] == "+"),
        removes=tuple(line[1:].strip() for line in changed if line[0] == "-"),
        diff="\n".join(diff),
        why_not=why,
        unknown=unknown,
    )


def inverse(after: Tree, before: Tree, manner: Manner) -> tuple[str, ...]:
    """Lines, indented by section, that turn one configuration into the other."""
    if manner.form == "paths":
        return entries.inverse(_entries(after), _entries(before), manner)
    if manner.form == "set":
        back = [line for line in before if line not in after]
        gone = [
            f"{manner.negate} {line[4:]}"
            for line in after
            if line not in before and _hidden_alike(line, back) is None
        ]
        return (*gone, *back)
    return tuple(_turned(after, before, manner, 0))


def goal(before: Tree, came: Tree, now: Tree) -> Tree:
    """How it should be once ours is taken back: as before, with what others did meanwhile.

    `came` was read right after our lines were typed: all that differs there from before is ours,
    however it was typed. What stands now and is neither from before nor ours came from somebody
    else and stays; what is gone now and was not ours to remove stays gone.
    """
    kept: Tree = {}
    for line, below in before.items():
        if line in now:
            kept[line] = goal(below, came.get(line, {}), now[line])
        elif line not in came:
            kept[line] = deepcopy(below)
    for line, below in now.items():
        if line not in before and line not in came:
            kept[line] = deepcopy(below)
    return kept


def difference(one: Tree, other: Tree, ordered: Sequence[str] = ()) -> str:
    """The first lines in which two configurations are not alike, for people."""
    if not same(one, other):
        return _difference(one, other)
    path = menus.moved(one, other, ordered)
    return f"the entries of {path} would stand in another order" if path else ""


def typed_one_by_one(lines: Sequence[str], manner: Manner) -> tuple[str, ...]:
    """Lines in their sections as they are typed: into each section and out again."""
    if manner.form == "paths":
        return tuple(lines)
    return sends(_typed_tree(lines, manner), manner)


def sends(wanted: list[_Typed], manner: Manner) -> tuple[str, ...]:
    """What is typed one by one: into each section and out again."""
    return tuple(_sent(wanted, manner))


# -- how it is worked out ------------------------------------------------------------------


def _do(tree: Tree, lines: Sequence[str], manner: Manner) -> tuple[str, ...]:
    """Do to a configuration what lines do; those of which nobody can tell in full what."""
    if manner.form != "paths":
        _apply(tree, _typed_tree(lines, manner), manner)
        return ()
    made = _entries(tree)
    told = [(line, entries.apply(made, line, manner)) for line in lines]
    tree.clear()
    tree.update({line: {} for line in made})
    return tuple(f"“{hidden.told(line)}”: {why}" for line, why in told if why)


def _entries(tree: Tree) -> entries.Entries:
    """Paths have nothing below them."""
    return {line: {} for line in tree}


@dataclass(slots=True)
class _Typed:
    line: str
    below: list[_Typed]
    opens: bool = False


def _nested(lines: Sequence[str]) -> Tree:
    tree: Tree = {}
    levels: list[tuple[int, Tree]] = [(-1, tree)]
    for raw in lines:
        depth = len(raw) - len(raw.lstrip())
        while levels[-1][0] >= depth:
            levels.pop()
        levels.append((depth, levels[-1][1].setdefault(" ".join(raw.split()), {})))
    return tree


def _typed_tree(lines: Sequence[str], manner: Manner) -> list[_Typed]:
    """Typed lines in their sections: by indentation, or up to `exit` where there is none."""
    if manner.form == "set":
        return [_Typed(" ".join(line.split()), []) for line in lines]
    roots: list[_Typed] = []
    levels: list[tuple[int, list[_Typed]]] = [(-1, roots)]
    is_flat = not any(line[0] == " " for line in lines)
    for raw in lines:
        line = " ".join(raw.split())
        if line in ("exit", "end", "quit", "return"):
            del levels[1:]
            continue
        opens = bool(_OPENS.match(line))
        depth = len(raw) - len(raw.lstrip()) if not is_flat else 0 if opens else 1
        while levels[-1][0] >= depth:
            levels.pop()
        one = _Typed(line, [], opens)
        levels[-1][1].append(one)
        if opens or not is_flat:
            levels.append((depth, one.below))
    return roots


def _apply(tree: Tree, wanted: list[_Typed], manner: Manner) -> None:
    if manner.form == "set":
        for one in wanted:
            _apply_set(tree, one.line, manner)
        return
    for one in wanted:
        if one.line.startswith(f"{manner.negate} ") and not one.below:
            _take_away(tree, one.line, manner)
            continue
        _replace_once(tree, one.line, manner)
        below = tree.setdefault(one.line, {})
        _apply(below, one.below, manner)


def _take_away(tree: Tree, line: str, manner: Manner) -> None:
    gone = line[len(manner.negate) + 1 :]
    known = [one for one in tree if one == gone or one.startswith(f"{gone} ")]
    for one in known:
        del tree[one]
    if gone.startswith("ip address") and known:
        tree[line if line.count(" ") == 2 else f"{manner.negate} ip address"] = {}


def _replace_once(tree: Tree, line: str, manner: Manner) -> None:
    if line in tree:
        return
    tree.pop(f"{manner.negate} {' '.join(line.split()[:2])}", None)
    if (alike := _hidden_alike(line, tree)) is not None:
        _put_for(tree, alike, line)
        return
    key = next((k for k in manner.once if line == k or line.startswith(f"{k} ")), None)
    if key is None or line.endswith(" secondary"):
        return
    old = next((one for one in tree if one == key or one.startswith(f"{key} ")), None)
    if old is not None and not old.endswith(" secondary"):
        _put_for(tree, old, line)


def _put_for(tree: Tree, old: str, line: str) -> None:
    """A line in the place of another, with what stands below that."""
    kept = [(line if one == old else one, below) for one, below in tree.items()]
    tree.clear()
    tree.update(kept)


def _hidden_alike(line: str, others: Iterable[str]) -> str | None:
    """The line that says the same with another secret: a device has one of them."""
    first = line.split(" ", 1)[0]
    near = [one for one in others if one.split(" ", 1)[0] == first]
    head = hidden.head(line) if near else ""
    return next((one for one in near if head and hidden.head(one) == head), None)


def _apply_set(tree: Tree, line: str, manner: Manner) -> None:
    verb, _, rest = line.partition(" ")
    if verb == manner.negate:
        head = f"set {rest}"
        for one in [one for one in tree if one == head or one.startswith(f"{head} ")]:
            del tree[one]
        return
    if verb != "set" or not rest:
        raise Invalid(f"“{_short(line)}” is neither set nor {manner.negate}", field="template")
    if line not in tree and (alike := _hidden_alike(line, tree)) is not None:
        _put_for(tree, alike, line)
        return
    path = _path(line)
    if line not in tree and path.split()[-1] in manner.once and path != rest:
        head = f"set {path} "
        old = next((one for one in tree if one.startswith(head)), None)
        if old is not None:
            _put_for(tree, old, line)
            return
    tree.setdefault(line, {})


def _path(line: str) -> str:
    """A set line without its verb and without the value at its end, if it has one in quotes or
    after a word that takes one."""
    rest = line.partition(" ")[2]
    if rest.endswith('"'):
        return rest[: rest.rindex('"', 0, -1)].rstrip()
    head, _, _ = rest.rpartition(" ")
    return head or rest


def _turned(after: Tree, before: Tree, manner: Manner, depth: int) -> Iterator[str]:
    pad, no = " " * depth, f"{manner.negate} "
    back = [line for line in before if line not in after]
    for line in after:
        if line in before:
            inner = list(_turned(after[line], before[line], manner, depth + 1))
            if inner:
                yield pad + line
                yield from inner
        elif line.startswith(no):
            positive = line[len(no) :]
            if not any(one.startswith(positive) for one in back):
                yield pad + positive
        elif not _is_replaced(line, back, manner):
            yield pad + no + line
    for line in back:
        yield pad + line
        yield from (f"{pad} {one}" for one in printed(before[line]))


def _is_replaced(line: str, back: Sequence[str], manner: Manner) -> bool:
    """Whether what comes back takes this line's place anyway."""
    if _hidden_alike(line, back) is not None:
        return True
    key = next((k for k in manner.once if line == k or line.startswith(f"{k} ")), None)
    return key is not None and any(one == key or one.startswith(f"{key} ") for one in back)


def _sent(wanted: list[_Typed], manner: Manner) -> Iterator[str]:
    for one in wanted:
        yield one.line
        yield from _sent(one.below, manner)
        if one.below or one.opens:
            yield manner.leave


def _difference(one: Tree, other: Tree) -> str:
    left, right = set(paths(one)), set(paths(other))
    missing, extra = sorted(right - left), sorted(left - right)
    told = [f"“{shown(line)}” would be missing" for line in missing[:2]]
    told += [f"“{shown(line)}” would be left" for line in extra[:2]]
    return "; ".join(told)


def _short(line: str) -> str:
    return hidden.told(line.strip())[:60]


def _refuse_what_is_no_change(lines: Sequence[str], manner: Manner) -> None:
    for line in lines:
        plain = line.strip().removeprefix(f"{manner.negate} ")
        if any(pattern.match(plain) for pattern in manner.never):
            raise Invalid(f"“{_short(line)}” has no place in a change", field="template")
