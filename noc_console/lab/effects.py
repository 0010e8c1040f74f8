"""What a configuration does to the network: ports shut, sessions closed, management cut off.

A device nobody configured has no `Setting` yet; the first look makes it from its facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy, deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING

from noc_console.lab.notices import Notice, What
from noc_console.lab.setting import Setting, Tree

if TYPE_CHECKING:
    from noc_console.lab.model import Device, Port
    from noc_console.lab.world import World

COMMIT_OWNER = "commit"
RELOAD_OWNER = "reload"
RELOAD_S = 3.0
"""From the word to the silence."""


class Settings:
    """The configurations of all devices. `forget` is told whose MIB has to be built anew."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[str, Setting] = {}
        self.forget: Callable[[Device], None] = lambda _device: None
        self.locks: dict[str, object] = {}
        """Who configures a device exclusively."""
        self._safe: dict[str, tuple[object, Tree]] = {}
        """Which session is in a device's Safe Mode, and how it was set before."""
        self.closed: set[frozenset[str]] = set()
        """Routing sessions somebody shut, by the addresses of both ends."""
        self._held: set[str] = set()

    def of(self, device: Device) -> Setting:
        """What it is set to do."""
        known = self._known.get(device.name)
        if known is None:
            character = device.character
            tree = character.first_setting(device)
            known = Setting(
                family=character.family,
                software=character.software,
                running=tree,
                startup=tree,
                image=f"{character.family}-{character.software}.bin",
            )
            # Trees are changed in place: what is kept must not change with what runs.
            known.save()
            known.is_touched = False
            self._known[device.name] = known
        return known

    def touched(self) -> dict[str, Setting]:
        """Those that are no longer as they were made; what Safe Mode may still take back is not
        in them, as no session outlives the lab."""
        return {
            name: replace(known, running=self._safe[name][1]) if name in self._safe else known
            for name, known in self._known.items()
            if known.is_touched
        }

    def put_back(self, name: str, kept: Setting) -> None:
        """After the lab was started again: what was set is set."""
        self._known[name] = kept
        self.apply(self._world.plan.devices[name])

    def apply(self, device: Device) -> None:
        """Let the network feel what is set now."""
        world, at = self._world, self._world.now()
        node = world.node(device)
        known = self.of(device)
        known.is_touched = True
        facts = _read(device, known.running)
        for port in device.ports:
            if port.kind != "vlan" or port.address != device.address:
                port.alias = facts.aliases.get(port.name, "")
            if port.link is not None:
                cuts = world.line(port.link).cuts
                owner = f"config/{port.key}"
                cuts.add(owner) if port.name in facts.shut else cuts.discard(owner)
        node.cut_off = facts.is_cut_off
        if device.character.software != known.software:
            device.character = copy(device.character)
            device.character.software = known.software
        self._close(device, facts.closed, at)
        self.forget(device)
        world.settle(at)

    def _close(self, device: Device, addresses: Iterable[str], at: float) -> None:
        wanted = set(addresses)
        for peer in device.peers:
            pair = frozenset((peer.local, peer.address))
            if (peer.address in wanted) == (pair in self.closed):
                continue
            what = What.BGP_DOWN if peer.address in wanted else What.BGP_UP
            (self.closed.add if peer.address in wanted else self.closed.discard)(pair)
            self._world.tell(Notice(what, device, at, peer.port, peer=peer.address))
            if (far := peer.far) is not None:
                for other in far.peers:
                    if other.address == peer.local:
                        self._world.tell(Notice(what, far, at, peer=other.address))

    # -- what ends by itself ---------------------------------------------------------------

    def is_held(self, device: Device) -> bool:
        """Whether a commit waits to be confirmed."""
        return device.name in self._held

    def commit(self, device: Device, candidate: Tree, *, confirm_s: float = 0.0) -> None:
        """Make a candidate run; unless confirmed in time what ran before comes back.

        A second commit confirms the first, as on the devices this imitates.
        """
        known, owner = self.of(device), f"{COMMIT_OWNER}/{device.name}"
        before = known.running
        self._world.agenda.cancel(owner)
        self._held.discard(device.name)
        if candidate != before:
            known.commit(candidate)
        known.save()
        if confirm_s:
            self._held.add(device.name)

            def revert(_at: float) -> None:
                self._held.discard(device.name)
                known.commit(before)
                known.save()
                self.apply(device)

            self._world.agenda.add(self._world.now() + confirm_s, revert, owner=owner)
        self.apply(device)

    # -- Safe Mode of RouterOS -------------------------------------------------------------

    def in_safe_mode(self, device: Device) -> object | None:
        """The session that is in it."""
        return self._safe.get(device.name, (None,))[0]

    def enter_safe_mode(self, device: Device, session: object) -> None:
        """From here on what anybody changes is gone when this session ends."""
        self._safe[device.name] = (session, deepcopy(self.of(device).running))

    def leave_safe_mode(self, device: Device, *, keep: bool) -> None:
        """Let what was changed stand, or take it back."""
        _, before = self._safe.pop(device.name)
        known = self.of(device)
        if keep:
            known.save()
        elif known.running != before:
            known.running = before
            self.apply(device)

    # -- what a reload does ----------------------------------------------------------------

    def reload(self, device: Device, after_s: float) -> None:
        """Boot again; what was not saved is gone, and the image asked for runs."""
        world, owner = self._world, f"{RELOAD_OWNER}/{device.name}"

        def down(at: float) -> None:
            world.power_off(device, owner, at)
            world.settle(at)
            world.power_on(device, owner, at)

        world.agenda.cancel(owner)
        world.agenda.add(world.now() + max(after_s, RELOAD_S), down, owner=owner)

    def keep_on(self, device: Device) -> bool:
        """Call a reload off; whether one was planned."""
        owner = f"{RELOAD_OWNER}/{device.name}"
        was = self._world.agenda.has(owner)
        self._world.agenda.cancel(owner)
        return was

    def booted(self, device: Device) -> None:
        """Power is back: what was saved runs."""
        if device.name not in self._known:
            return
        known = self._known[device.name]
        self._held.discard(device.name)
        self._world.agenda.cancel(f"{COMMIT_OWNER}/{device.name}")
        self.locks.pop(device.name, None)
        self._safe.pop(device.name, None)
        if known.is_touched:
            known.boot()
            self.apply(device)


class _Facts:
    """What of a configuration matters to the network."""

    def __init__(self) -> None:
        self.shut: set[str] = set()
        self.aliases: dict[str, str] = {}
        self.addresses: set[str] = set()
        self.closed: set[str] = set()
        self.is_cut_off = False


def _read(device: Device, tree: Tree) -> _Facts:
    facts = _Facts()
    if device.character.dialect == "set":
        _read_set(device, tree, facts)
    elif device.character.dialect == "menus":
        _read_menus(device, tree, facts)
    else:
        _read_sections(device, tree, facts)
    facts.is_cut_off = device.address not in facts.addresses
    return facts


def _read_sections(device: Device, tree: Tree, facts: _Facts) -> None:
    ports = {name: port for port in device.ports for name in (port.name, port.short)}
    for line, below in tree.items():
        if line.startswith("interface ") and (port := ports.get(line[10:].strip())) is not None:
            _section(port, below, facts)
        elif line.startswith("router bgp "):
            known = {one.split()[1] for one in below if one.startswith("neighbor ")}
            shut = {
                one.split()[1]
                for one in below
                if one.startswith("neighbor ") and one.endswith(" shutdown")
            }
            facts.closed |= shut | {p.address for p in device.peers if p.address not in known}
    if device.peers and not any(line.startswith("router bgp ") for line in tree):
        facts.closed |= {peer.address for peer in device.peers}


def _section(port: Port, below: Tree, facts: _Facts) -> None:
    is_shut = "shutdown" in below
    if is_shut:
        facts.shut.add(port.name)
    for line in below:
        if line.startswith("description "):
            facts.aliases[port.name] = line[12:]
        elif line.startswith(("ip address ", "ipv4 address ")) and not is_shut:
            facts.addresses.add(line.split()[2].partition("/")[0])


def _read_set(device: Device, tree: Tree, facts: _Facts) -> None:
    ports = {port.name.split(".")[0]: port for port in device.ports}
    for name, below in tree.get("interfaces", {}).items():
        port = ports.get(name)
        if port is None:
            continue
        if "disable" in below:
            facts.shut.add(port.name)
        for text in below.get("description", {}):
            facts.aliases[port.name] = text.strip('"')
        for unit in () if "disable" in below else below.get("unit", {}).values():
            inet = unit.get("family", {}).get("inet", {})
            if "disable" not in unit:
                facts.addresses |= {one.partition("/")[0] for one in inet.get("address", {})}
    bgp = tree.get("protocols", {}).get("bgp", {})
    known = {
        name
        for group in bgp.get("group", {}).values()
        if "deactivate" not in group
        for name, below in group.get("neighbor", {}).items()
        if "shutdown" not in below
    }
    facts.closed = {peer.address for peer in device.peers if peer.address not in known}


def _read_menus(device: Device, tree: Tree, facts: _Facts) -> None:
    # Not above: it knows the sessions that know the world.
    from noc_console.lab.menus import properties

    def told(path: str) -> list[dict[str, str]]:
        entries = map(properties, tree.get(path, {}))
        return [words for words in entries if words.get("disabled") != "yes"]

    ports = {port.name: port for port in device.ports}
    for path in (path for path in tree if path.startswith("/interface ")):
        for words in map(properties, tree[path]):
            if (port := ports.get(words.get("name", ""))) is not None:
                facts.aliases[port.name] = words.get("comment", "")
                if words.get("disabled") == "yes":
                    facts.shut.add(port.name)
    facts.addresses = {
        words.get("address", "").partition("/")[0]
        for words in told("/ip address")
        if words.get("interface") not in facts.shut
    }
    known = {words.get("remote.address") for words in told("/routing bgp connection")}
    facts.closed = {peer.address for peer in device.peers if peer.address not in known}
