"""For one alarm the one it directly comes from, if any.

A rule answers only where the network or the object itself says so: what has a cause of its own
(a fan, a disk, a port to a customer) is nobody's consequence, however much burns around it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from noc_console.services.alarms.model import NO_DEVICE, Alarm, Condition
from noc_console.services.inventory.model import DeviceType
from noc_console.services.rootcause.model import Network, Patience
from noc_console.services.rootcause.rules import pon, words
from noc_console.services.rootcause.rules.ground import Ground
from noc_console.services.rootcause.rules.shade import BOX, CABLE, Shade
from noc_console.services.rootcause.rules.standing import Standing

ALARM, PORT = 3, 4
Ref = tuple[int, int]
"""What an alarm comes from: a box or cable (`shade`), a port, or an alarm itself."""

SHARE_OF_SITE = 3
"""Power explains dead devices of a site if they are at least a third of it …"""
LEAST_OF_SITE = 2
"""… and several: a single one may have died of something else."""


class Reason(NamedTuple):
    """A direct cause: the kind of rule, and what it points at."""

    kind: str
    ref: Ref


def end_line(
    ground: Ground, standing: Standing, cable: int, box: int, patience: Patience
) -> Alarm | None:
    """What one end of a cable says of its port, unless it is an old story of a dead device."""
    plug = ground.plug(cable, box)
    line = standing.line(plug.port)
    if line is None or plug.device_id not in standing.unreachable:
        return line
    other = ground.plug(cable, ground.other(cable, box))
    far = standing.line(other.port)
    if far is None or other.device_id in standing.unreachable:
        return line
    apart = abs(_came(line) - _came(far)).total_seconds()
    return line if apart <= patience.same_cut_s else None


def _came(alarm: Alarm) -> datetime:
    return alarm.worse_at or alarm.first_seen


class Causes:
    """The rules over one moment: the ground, what stands on it, and who is in the shade."""

    def __init__(
        self,
        network: Network,
        ground: Ground,
        standing: Standing,
        shade: Shade,
        lit: set[int],
        patience: Patience,
    ) -> None:
        self.network = network
        self.ground = ground
        self.standing = standing
        self.shade = shade
        self.lit = lit
        self.patience = patience

    def of(self, alarm: Alarm) -> Reason | None:
        """What an alarm directly comes from; None: it stands for itself."""
        if words.is_our_own(alarm) or alarm.about.device_id == NO_DEVICE:
            return None
        if (flap := self.standing.flap_of(alarm)) is not None:
            return Reason("flaps", (ALARM, flap.id))
        if alarm is self.standing.line(alarm.about.interface_id):
            return self._of_port(alarm)
        box = self.ground.number.get(alarm.about.device_id)
        if box is not None:
            if alarm is self.standing.box(alarm.about.device_id):
                return self._of_box(box)
            if (found := self._by_kind(alarm, box)) is not None:
                return found
        if words.is_on_port(alarm) and self.standing.line(alarm.about.interface_id) is not None:
            return Reason("port", (PORT, alarm.about.interface_id or 0))
        return None

    def _by_kind(self, alarm: Alarm, box: int) -> Reason | None:
        if words.is_onu(alarm) or words.is_gasp(alarm):
            return self._of_onu(alarm, box)
        if words.is_power(alarm):
            return self._of_supply(alarm, box)
        if words.is_session(alarm):
            return self._of_session(alarm, box)
        if words.is_probe(alarm) or words.is_silence(alarm):
            return self._in_shade(box)
        return None

    # -- devices

    def is_dead(self, box: int) -> bool:
        """Whether an alarm says that it does not answer."""
        return self.ground.boxes[box].device_id in self.standing.unreachable

    def _of_box(self, box: int) -> Reason | None:
        if not self.is_dead(box):
            return None
        cause = self.shade.cause[box]
        if cause is not None and cause[1] != box and cause[0] == BOX:
            return Reason("behind", cause)
        if cause is not None and cause[0] == CABLE:
            return Reason("cut", cause)
        if cause is not None and cause != (BOX, box):
            return None
        device = self.ground.boxes[box].device_id
        for alarm in self.standing.of_device(device):
            if words.is_gasp(alarm) and not pon.is_of_onu(alarm):
                return Reason("gasp", (ALARM, alarm.id))
        return self._of_site_power(box)

    def _of_site_power(self, box: int) -> Reason | None:
        power = self.site_power(self.ground.boxes[box].site_id)
        return None if power is None else Reason("power", (ALARM, power.id))

    def site_power(self, site: int | None) -> Alarm | None:
        """The alarm about a site's power, if the site looks like it: several of it are dead."""
        if site is None:
            return None
        members = [at for at in self.ground.by_site[site] if self.ground.boxes[at].is_managed]
        supplies = [
            at
            for at in members
            if self.ground.boxes[at].type is DeviceType.POWER
            and self.ground.boxes[at].device_id in self.standing.powers
        ]
        if not supplies:
            return None
        dead = sum(map(self.is_dead, members))
        others = sum(self.ground.boxes[at].type is not DeviceType.POWER for at in members)
        if dead < min(LEAST_OF_SITE, others) or dead == 0 or dead * SHARE_OF_SITE < len(members):
            return None
        return self._supply_alarm(self.ground.boxes[supplies[0]].device_id)

    def _supply_alarm(self, device: int) -> Alarm | None:
        told = filter(words.is_power, self.standing.of_device(device))
        return min(told, key=_earliest, default=None)

    def _of_supply(self, alarm: Alarm, box: int) -> Reason | None:
        """A supply says the same with a measured value and with a trap: one of them will do."""
        if self.ground.boxes[box].type is not DeviceType.POWER:
            return None
        first = self._supply_alarm(alarm.about.device_id)
        if first is None or first is alarm:
            return None
        return Reason("supply", (ALARM, first.id))

    def _in_shade(self, box: int) -> Reason | None:
        """For what asks a device from outside: the device, or what it stands behind."""
        if self.is_dead(box):
            return Reason("asked", (BOX, box))
        cause = self.shade.cause[box]
        if cause is None or box in self.lit or cause[0] not in (BOX, CABLE):
            return None
        return Reason("behind" if cause[0] == BOX else "cut", cause)

    # -- ports

    def _of_port(self, alarm: Alarm) -> Reason | None:
        port = alarm.about.interface_id
        assert port is not None
        if (found := self._of_chassis(alarm)) is not None:
            return found
        for cable in self.ground.by_port.get(port, ()):
            box = self._end_of(cable, port)
            far_box = self.ground.other(cable, box)
            far = self.ground.plug(cable, far_box)
            told = end_line(self.ground, self.standing, cable, far_box, self.patience)
            if told is not None:
                first = self.canonical(cable)
                if first != port:
                    return Reason("other end", (PORT, first))
            elif self.standing.box(far.device_id) is not None:
                return Reason("neighbour", (BOX, far_box))
        return None

    def _end_of(self, cable: int, port: int) -> int:
        plug = self.ground.cables[cable].a
        return self.ground.a[cable] if plug.port == port else self.ground.b[cable]

    def canonical(self, cable: int) -> int:
        """The end that stands for a cut cable: what a card explains, else in the light."""
        ground = self.ground
        ends = []
        for box in (ground.a[cable], ground.b[cable]):
            port = ground.plug(cable, box).port
            line = self.standing.line(port)
            if port is not None and line is not None:
                is_told = self._of_chassis(line) is not None
                ends.append((not is_told, not self.shade.is_lit(box), box, port))
        return min(ends)[3]

    def _of_chassis(self, alarm: Alarm) -> Reason | None:
        """What the device itself holds against its port: a card, the members of a LAG, …"""
        about = alarm.about
        if (card := self._card_of(alarm)) is not None:
            return Reason("card", (ALARM, card.id))
        members = self.network.bundles.get(about.interface_id or 0, ())
        if members and all(self.standing.line(one) is not None for one in members):
            return Reason("members", (PORT, min(members)))
        base, dot, _ = alarm.interface_name.partition(".")
        if dot:
            for other in self.standing.of_device(about.device_id):
                port = other.about.interface_id
                if other.interface_name == base and other is self.standing.line(port):
                    return Reason("part", (PORT, port or 0))
        return None

    def _card_of(self, alarm: Alarm) -> Alarm | None:
        place = words.port_place(alarm.interface_name)
        if not place:
            return None
        box = self.ground.number.get(alarm.about.device_id)
        is_framed = box is not None and self.ground.boxes[box].type is DeviceType.OLT
        found = []
        for other in self.standing.of_device(alarm.about.device_id):
            if other.about.interface_id is None and words.is_card(other):
                card = words.card_place(other)
                if card is not None and words.sits_on(place, card, is_framed=is_framed):
                    found.append((-len(card), other.about.key, other.condition, other))
        return min(found, key=lambda one: one[:3])[3] if found else None

    # -- what runs over ports

    def _of_session(self, alarm: Alarm, box: int) -> Reason | None:
        port = alarm.about.interface_id
        if self.standing.line(port) is not None:
            return Reason("port", (PORT, port or 0))
        peer = self.peer(alarm)
        if peer is None:
            return self._over(port)
        if self.is_dead(peer):
            return Reason("peer", (BOX, peer))
        between = [cable for other, cable in self.ground.arcs[box] if other == peer]
        if between and all(map(self._is_down, between)):
            return Reason("peer link", (CABLE, min(between)))
        twin = self._twin(alarm, box, peer)
        return None if twin is None else Reason("twin", (ALARM, twin.id))

    def peer(self, alarm: Alarm) -> int | None:
        """The other end of a session, if the network knows the address."""
        device = self.network.addresses.get(words.peer_of(alarm))
        return None if device is None else self.ground.number.get(device)

    def _over(self, port: int | None) -> Reason | None:
        for cable in self.ground.by_port.get(port or 0, ()):
            far = self.ground.other(cable, self._end_of(cable, port or 0))
            if self.is_dead(far):
                return Reason("peer", (BOX, far))
        return None

    def _is_down(self, cable: int) -> bool:
        ends = self.ground.cables[cable]
        return any(plug.port in self.standing.port_down for plug in (ends.a, ends.b))

    def _twin(self, alarm: Alarm, box: int, peer: int) -> Alarm | None:
        """The same session as the other end tells of it, if that end stands for it."""
        if peer >= box:
            return None
        told = [
            other
            for other in self.standing.of_device(self.ground.boxes[peer].device_id)
            if other.condition == alarm.condition and self.peer(other) == box
        ]
        return min(told, key=lambda one: one.about.key, default=None)

    # -- access networks

    def _of_onu(self, alarm: Alarm, box: int) -> Reason | None:
        if not pon.is_of_onu(alarm):
            return self._of_site_power(box)
        if self.is_dead(box) and not words.is_gasp(alarm):
            return Reason("asked", (BOX, box))
        tree = pon.tree_of(alarm, self.network.onu_trees)
        beside = self.standing.of_device(alarm.about.device_id)
        if words.is_gasp(alarm):
            return _derived(beside, tree, words.PON_POWERLESS, "powerless")
        for other in beside:
            if words.is_gasp(other) and pon.onu_of(other) == pon.onu_of(alarm):
                return Reason("gasp", (ALARM, other.id))
        if (line := self.tree_line(beside, tree)) is not None:
            return Reason("tree", (ALARM, line.id))
        return _derived(beside, tree, words.PON_DARK, "feeder")

    def tree_line(self, beside: Iterable[Alarm], tree: str) -> Alarm | None:
        """What the OLT itself says of a PON port."""
        told = [
            alarm
            for alarm in beside
            if tree
            and not pon.is_of_onu(alarm)
            and alarm.condition not in words.DERIVED
            and pon.tree_of(alarm, self.network.onu_trees) == tree
            and (alarm is self.standing.line(alarm.about.interface_id) or pon.is_tree(alarm))
        ]
        return min(told, key=lambda one: (one.about.key, one.condition), default=None)

    def wanted(self, device: int) -> list[pon.Common]:
        """The common causes at an OLT that no alarm of its own names."""
        box = self.ground.number.get(device)
        if box is None or self.is_dead(box):
            return []
        beside = self.standing.of_device(device)
        return [
            common
            for common in pon.common(device, beside, self.network.onus, self.network.onu_trees)
            if common.condition == words.PON_POWERLESS
            or self.tree_line(beside, common.tree) is None
        ]


def _derived(beside: Iterable[Alarm], tree: str, condition: Condition, kind: str) -> Reason | None:
    for other in beside:
        if other.condition == condition and pon.tree_of(other) == tree:
            return Reason(kind, (ALARM, other.id))
    return None


def _earliest(alarm: Alarm) -> tuple[datetime, bool, str, str]:
    """The one people have seen first stays the line on the desk."""
    is_told = alarm.condition != Condition.POWER
    return (alarm.first_seen, is_told, alarm.condition, alarm.about.key)
