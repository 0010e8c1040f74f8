"""Passive optical networks: many customers on one fibre, and what their ONUs say when they go.

An ONU's alarm is about its OLT and names the ONU: `other` is `onu:0/1/3:12` (PON port, then the
ONU), or `onu:` with its serial number or name as the OLT's last inspection found it, or anything
with the PON port as the interface. When most ONUs of a port go dark without a
dying gasp and the port itself is silent, the feeder (or its splitter) is what they share; when
they gasp, it is the power of the neighbourhood.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from noc_console.services.alarms.model import Alarm, Condition
from noc_console.services.rootcause.rules import words

Trees = Mapping[tuple[int, str], str]
"""The PON port of each ONU, by OLT and the ONU's serial number or name in small letters."""

NOBODY: Trees = {}
_PLACE = re.compile(r"^(\d+(?:/\d+)*)[:/.]\w+$")
FEW = 3
"""Fewer dark ONUs than this are their own trouble each."""
MANY = 5
"""Enough of them where nobody knows how many there are."""
DARK_SHARE = 2
"""Half of a port's ONUs dark: what they share."""
POWER_SHARE = 4
"""A quarter of them gasping: the grid, not a fuse."""


@dataclass(frozen=True, slots=True)
class Common:
    """A cause that ONUs share and no device reports."""

    device_id: int
    tree: str
    condition: Condition
    many: int
    known: int
    """ONUs on the port; 0 if nobody knows."""
    example: Alarm
    """One of them, for its names."""

    @property
    def text(self) -> str:
        """What to say of it."""
        of = f"{self.many} of {self.known}" if self.known else f"{self.many}"
        if self.condition == words.PON_DARK:
            return f"{of} ONUs of PON {self.tree} are dark: look at the feeder or the splitter"
        return f"{of} ONUs of PON {self.tree} lost their power"


def is_of_onu(alarm: Alarm) -> bool:
    """Whether an alarm is about one ONU."""
    return alarm.about.other.startswith(("onu:", "ont:"))


def onu_of(alarm: Alarm) -> tuple[int, str]:
    """Which ONU: its OLT and name."""
    return alarm.about.device_id, alarm.about.other


def is_tree(alarm: Alarm) -> bool:
    """Whether an alarm of the OLT is about a PON port as such, e.g. `pon-los`."""
    return alarm.condition.startswith("pon-")


def tree_of(alarm: Alarm, trees: Trees = NOBODY) -> str:
    """The PON port an alarm is about, e.g. `0/1/3`; "" if nothing tells."""
    kind, _, key = alarm.about.other.partition(":")
    if kind == "pon":
        return key
    if known := trees.get((alarm.about.device_id, key.lower())):
        return known
    if alarm.about.interface_id is not None:  # the PON port, or the ONU as a port: `1/2/3:4`
        return tree_name(alarm.interface_name.partition(":")[0])
    found = _PLACE.search(key)
    return "" if found is None else found[1]


def tree_name(port: str) -> str:
    """The place of a PON port as one text, however its name is written."""
    return "/".join(map(str, words.port_place(port)))


def common(
    device: int, alarms: Iterable[Alarm], onus: Mapping[tuple[int, str], int], trees: Trees
) -> Iterable[Common]:
    """What the dark ONUs of an OLT have in common."""
    dark: dict[str, dict[str, Alarm]] = defaultdict(dict)
    gasping: dict[str, dict[str, Alarm]] = defaultdict(dict)
    for alarm in alarms:
        if not is_of_onu(alarm) or not (tree := tree_of(alarm, trees)):
            continue
        if words.is_gasp(alarm):
            gasping[tree][alarm.about.other] = alarm
        elif words.is_onu(alarm):
            dark[tree][alarm.about.other] = alarm
    for tree, found in sorted(dark.items()):
        silent = {name: one for name, one in found.items() if name not in gasping[tree]}
        yield from _enough(device, tree, words.PON_DARK, silent, onus, DARK_SHARE)
    for tree, found in sorted(gasping.items()):
        yield from _enough(device, tree, words.PON_POWERLESS, found, onus, POWER_SHARE)


def _enough(
    device: int,
    tree: str,
    condition: Condition,
    found: Mapping[str, Alarm],
    onus: Mapping[tuple[int, str], int],
    share: int,
) -> Iterable[Common]:
    known = onus.get((device, tree), 0)
    if len(found) >= (FEW if known else MANY) and len(found) * share >= known:
        example = found[min(found)]
        yield Common(device, tree, condition, len(found), known, example)
