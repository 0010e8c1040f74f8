"""What a device of the lab is set to do: its configuration as a tree of lines, and its flash.

Two ways to write one: indented sections, as Cisco does, and `set` lines, as Junos does. Both keep
the order in which things were added. Pure text; what it does to the network is in `effects`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256, sha512

Tree = dict[str, "Tree"]

FLASH_BYTES = 64 << 20
"""Room for files on a device."""
IMAGE_MARK = "NOC-LAB-IMAGE"
"""An image of the lab begins with this, its family and its version; the rest is ballast."""
MOST_LINES = 20_000
HISTORY = 20

SECTIONS = (
    "interface ", "router ", "line ", "vlan ", "vrf ", "route-map ", "policy-map ", "class-map ",
    "ip access-list ", "ipv4 access-list ", "route-policy ", "prefix-set ", "address-family ",
    "class ", "control-plane", "ntp ipv", "lldp ipv", "archive",
)  # fmt: skip
SINGLE = (
    "hostname", "description", "mtu", "bandwidth", "speed", "duplex", "encapsulation", "ip address",
    "ipv4 address", "ip mtu", "load-interval", "snmp-server location", "snmp-server contact",
    "switchport mode", "switchport access vlan", "bgp router-id", "router-id", "version",
    "service-policy input", "service-policy output", "carrier-delay", "boot system",
    "enable secret",
)  # fmt: skip
"""What a section says once: the new line takes the old one's place."""

LEAVES = frozenset(
    (
        *("host-name", "description", "address", "location", "contact", "version", "mtu"),
        *("authorization", "peer-as", "local-address", "import", "export", "metric", "server"),
        *("encrypted-password",),
        *("authentication-order", "time-zone", "local-as", "router-id", "type", "vlan-id"),
    )
)
"""Junos words that take a value; others open braces."""


@dataclass(slots=True)
class Setting:
    """The running configuration, what is kept over a reload, and the files."""

    family: str
    """Of its images: `iosxe`, `junos`, `iosxr`."""
    software: str
    running: Tree
    startup: Tree = field(default_factory=dict)
    history: list[Tree] = field(default_factory=list)
    """What `rollback N` brings back, the newest first."""
    files: dict[str, bytes] = field(default_factory=dict)
    boots: str = ""
    """The image to be booted next; "" is the one it runs."""
    image: str = ""
    former: tuple[str, str] = ("", "")
    """The image before this one and its version."""
    is_touched: bool = False
    """Whether anybody changed anything: what was not is not written to the state file."""

    def commit(self, candidate: Tree) -> None:
        """Make a candidate the running configuration; the old one is remembered."""
        self.history.insert(0, self.running)
        del self.history[HISTORY:]
        self.running = candidate
        self.is_touched = True

    def save(self) -> None:
        self.startup = deepcopy(self.running)
        self.is_touched = True

    def boot(self) -> None:
        """A reload: unsaved lines are gone, and the image that was asked for runs if it can."""
        self.running = deepcopy(self.startup)
        wanted, self.boots = self.boots, ""
        if not wanted or wanted == self.image:
            return
        version = self.version_of(wanted)
        if version:  # what cannot be booted is passed over, as a boot loader does
            self.former = (self.image, self.software)
            self.image, self.software = wanted, version

    def version_of(self, name: str) -> str:
        """The version an image carries; "" for a file that is none of this family's."""
        if name == self.former[0]:
            return self.former[1]
        head = self.files.get(name, b"")[:200].split(b"\n", 1)[0].decode("ascii", "replace")
        words = head.split()
        fits = len(words) == 3 and words[0] == IMAGE_MARK and words[1] == self.family
        return words[2] if fits else ""

    @property
    def free_bytes(self) -> int:
        return FLASH_BYTES - sum(map(len, self.files.values()))

    def digest(self, name: str, algorithm: str) -> str:
        """SHA-256 or SHA-512 of a file, hexadecimal; "" when it is not there."""
        if name not in self.files:
            return ""
        return (sha512 if algorithm == "sha512" else sha256)(self.files[name]).hexdigest()


def image(family: str, version: str, size: int = 4096) -> bytes:
    """The smallest thing a device of the lab boots."""
    return f"{IMAGE_MARK} {family} {version}\n".encode().ljust(size, b"\0")


def count(tree: Tree) -> int:
    """How many lines."""
    return sum(1 + count(below) for below in tree.values())


# -- indented sections -------------------------------------------------------------------


def read_indented(text: str) -> Tree:
    """A configuration as Cisco prints it; remarks and the frame around it are left out."""
    tree: Tree = {}
    open_at: list[tuple[int, Tree]] = [(-1, tree)]
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line in ("!", "end") or line.startswith(("Building conf", "Current conf")):
            continue
        depth = len(raw) - len(raw.lstrip())
        while open_at[-1][0] >= depth:
            open_at.pop()
        open_at.append((depth, open_at[-1][1].setdefault(line, {})))
    return tree


def write_indented(tree: Tree, depth: int = 0) -> Iterator[str]:
    for line, below in tree.items():
        yield f"{' ' * depth}{line}"
        yield from write_indented(below, depth + 1)
        if depth == 0 and (below or line.startswith(SECTIONS)):
            yield "!"


def type_line(section: Tree, line: str) -> Tree | None:
    """One typed line within a section; the section it opens, or None."""
    if line.startswith("no "):
        gone = line[3:].strip()
        for known in [one for one in section if one == gone or one.startswith(gone + " ")]:
            del section[known]
        if gone.startswith("ip address"):
            section["no ip address"] = {}  # which is shown
        return None
    section.pop(f"no {' '.join(line.split()[:2])}", None)
    key = next((one for one in SINGLE if line == one or line.startswith(one + " ")), None)
    if line.startswith("username "):
        key = " ".join(line.split()[:2])
    old = None
    if key is not None and not line.endswith(" secondary"):
        old = next((one for one in section if one == key or one.startswith(key + " ")), None)
    if old is not None and old != line:
        kept = [(line if one == old else one, below) for one, below in section.items()]
        section.clear()
        section.update(kept)
    below = section.setdefault(line, {})
    return below if line.startswith(SECTIONS) else None


# -- set lines ---------------------------------------------------------------------------


def read_set(lines: Mapping[str, object] | list[str]) -> Tree:
    """A tree of words from `set` lines (with or without the word `set`)."""
    tree: Tree = {}
    for line in lines:
        set_line(tree, line.removeprefix("set "))
    return tree


def words_of(line: str) -> list[str]:
    """The words of a line; a text in quotes is one."""
    found: list[str] = []
    rest = line.strip()
    while rest:
        if rest[0] == '"' and (end := rest.find('"', 1)) > 0:
            found.append(rest[: end + 1])
            rest = rest[end + 1 :].lstrip()
        else:
            word, _, rest = rest.partition(" ")
            found.append(word)
            rest = rest.lstrip()
    return found


def set_line(tree: Tree, line: str) -> None:
    """Add a statement; a leaf that takes one value loses its old one."""
    at = tree
    words = words_of(line)
    for position, word in enumerate(words):
        is_value = position > 0 and words[position - 1] in LEAVES
        # Interfaces may have several addresses, and clocks servers; all else says one thing.
        if is_value and words[position - 1] not in ("address", "server") and word not in at:
            at.clear()
        at = at.setdefault(word, {})


def delete_line(tree: Tree, line: str) -> bool:
    """Take a statement and all below it away; whether it was there. Empty parents go too."""
    trail: list[tuple[Tree, str]] = []
    at = tree
    for word in words_of(line):
        if word not in at:
            return False
        trail.append((at, word))
        at = at[word]
    for number, (parent, word) in enumerate(reversed(trail)):
        if number and parent[word]:
            break
        del parent[word]
    return True


def write_set(tree: Tree, before: str = "set") -> Iterator[str]:
    for word, below in tree.items():
        if below:
            yield from write_set(below, f"{before} {word}")
        else:
            yield f"{before} {word}"


def write_braces(tree: Tree, depth: int = 0) -> Iterator[str]:
    """As Junos shows it without `display set`."""
    pad = "    " * depth
    for word, below in tree.items():
        if not below:
            yield f"{pad}{word};"
        elif word in LEAVES:
            yield from (f"{pad}{word} {value};" for value in below)
        elif len(below) == 1 and word in {"unit", "family", "community", "group", "neighbor"}:
            name, inner = next(iter(below.items()))
            yield f"{pad}{word} {name}{' {' if inner else ';'}"
            if inner:
                yield from write_braces(inner, depth + 1)
                yield f"{pad}}}"
        else:
            yield f"{pad}{word} {{"
            yield from write_braces(below, depth + 1)
            yield f"{pad}}}"
