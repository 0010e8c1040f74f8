"""Recordings as agents: each `.snmprec` of a folder answers as the device it was recorded from.

Loaded when first asked, kept as compact trees, shared by agents that replay the same file. Values
stand still but sysUpTime, which goes on from where it was recorded.
"""

from __future__ import annotations

from pathlib import Path

from noc_console.kernel.errors import Invalid
from noc_console.lab.characters.base import Character
from noc_console.lab.cli import Commands
from noc_console.lab.clock import LabClock
from noc_console.lab.model import Device, Plan, Site
from noc_console.lab.notices import Notice
from noc_console.lab.tree import Row, Tree, unsigned
from noc_console.wire import ber, oid, snmprec

SYS_UPTIME = oid.encode("1.3.6.1.2.1.1.3.0")
_ENGINE_ID = oid.encode("1.3.6.1.6.3.10.2.1.1.0")
MAX_AGENTS = 60_000


class Recorded(Character):
    """Stands for whatever was recorded; its MIB comes from the file."""

    vendor = "recorded"
    software = ""
    object_id = "0.0"
    oui = b"\x02\x00\x5e"
    enterprise = 0
    ports = ()
    speaks = frozenset()
    has_entity = False
    commands = Commands()

    def __init__(self, path: Path) -> None:
        self.model = path.stem
        self.path = path

    def describe(self, device: Device) -> str:
        return f"recording {self.model}"

    def log_line(self, notice: Notice) -> str | None:
        return None  # nobody recorded what it would have written


class Library:
    """The recordings in use, loaded once each."""

    def __init__(self, clock: LabClock) -> None:
        self._began = clock.now()
        self._trees: dict[Path, Tree] = {}

    def tree(self, path: Path) -> Tree:
        """The recording as a tree; what cannot be read in it is left out."""
        tree = self._trees.get(path)
        if tree is None:
            tree = self._trees[path] = self._load(path)
        return tree

    def _load(self, path: Path) -> Tree:
        with path.open(encoding="utf-8", errors="surrogateescape") as lines:
            recording = snmprec.read(lines)
        start = 0
        rows: list[Row] = []
        for name, tag, content in recording.varbinds:
            if name == SYS_UPTIME and tag == ber.TIMETICKS:
                start = int.from_bytes(content, "big")
                rows.append((name, tag, (0, 0), 0))
            else:
                rows.append((name, tag, content, 0))

        def uptime(_arg: int, at: float) -> bytes:
            return unsigned(start + (at - self._began) * 100)

        return Tree(rows, (uptime,))


def plan(
    folder: Path, *, limit: int | None = None, names: tuple[str, ...] = (), base: str = "127.20.0.0"
) -> Plan:
    """One agent per recording, sorted by name. A `limit` beyond their number replays them again."""
    files = sorted(folder.glob("*.snmprec"))
    if names:
        files = [file for file in files if file.stem in names]
    if not files:
        raise Invalid(f"no recordings (*.snmprec) to replay in {folder}", field="replay")
    count = min(limit or len(files), MAX_AGENTS)
    net = ".".join(base.split(".")[:2])
    found = Plan(0)
    site = Site("replay", "Replay", str(folder.name), 0.0, 0.0)
    found.sites[site.key] = site
    for number in range(count):
        path = files[number % len(files)]
        again = number // len(files)
        high, low = divmod(number, 250)
        name = f"{path.stem}~{again + 1}" if again else path.stem
        found.devices[name] = Device(
            name=name, role="recorded", site=site, rack="", character=Recorded(path), serial="",
            mac=b"\x02\x00\x5e" + (number + 1).to_bytes(3, "big"),
            address=f"{net}.{high}.{low + 1}", number=number + 1,
        )  # fmt: skip
    return found


def communities(device: Device) -> frozenset[bytes]:
    """`public`, and the recording's own name as simulators have it."""
    if isinstance(device.character, Recorded):
        return frozenset((b"public", device.character.path.stem.encode()))
    return frozenset((b"public",))


def recorded_engine_id(tree: Tree) -> bytes | None:
    """The engine id the device itself had, if it was recorded and is one."""
    _, tag, content = tree.get(_ENGINE_ID, 0.0)
    return content if tag == ber.OCTETS and 5 <= len(content) <= 32 else None
