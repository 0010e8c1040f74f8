"""The configuration modes of the lab's command lines, and the commands around them.

A `Talk` belongs to one session. It answers what is its business (None: somebody else's), knows the
prompt of the moment and the questions devices ask before they do something grave.
"""

from __future__ import annotations

import difflib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from noc_console.lab import printing
from noc_console.lab import setting as form
from noc_console.lab.cli import Commands
from noc_console.lab.setting import MOST_LINES, Setting, Tree

if TYPE_CHECKING:
    from noc_console.lab.model import Device
    from noc_console.lab.world import World

Answer = Callable[[str], str]

_INVALID = "                 ^\n% Invalid input detected at '^' marker."
_GLOBAL_WORDS = (
    "hostname interface router ip ipv4 ipv6 vlan snmp-server logging ntp line username aaa lldp cdp"
    " access-list route-map banner service boot archive spanning-tree class-map policy-map vrf"
    " clock enable prefix-set route-policy errdisable tacacs-server radius-server mpls crypto"
    " segment-routing control-plane domain"
)
_GLOBAL = frozenset(_GLOBAL_WORDS.split())
_BELOW_WORDS = (
    "description ip ipv4 ipv6 shutdown mtu bandwidth speed duplex switchport neighbor network name"
    " address-family load-interval channel-group encapsulation service-policy spanning-tree match"
    " permit deny set transport login exec-timeout access-class timers bgp redistribute router-id"
    " passive-interface storm-control negotiation carrier-delay vrf logging snmp lldp cdp power"
    " authentication remote-as update-source class police bandwidth password path maximum"
)
_BELOW = frozenset(_BELOW_WORDS.split())
_TOPS_WORDS = (
    "system interfaces protocols policy-options snmp routing-options firewall vlans chassis version"
    " forwarding-options security groups apply-groups class-of-service routing-instances"
    " event-options access"
)
_TOPS = frozenset(_TOPS_WORDS.split())
_LONGEST_CONFIRM_S = 65_535


class Talk:
    """Configuration as one session sees it. This one is of devices that are not configured."""

    keys = ""
    """Those that do something without Enter."""

    def __init__(self, world: World, device: Device) -> None:
        self._world = world
        self._device = device
        self._asked: tuple[str, Answer] | None = None
        self._words = Commands()

    @property
    def _setting(self) -> Setting:
        return self._world.settings.of(self._device)

    @property
    def prompt(self) -> str | None:
        """The question that waits, or the prompt of configuration mode; None outside."""
        return self._asked[0] if self._asked else None

    @property
    def asks(self) -> bool:
        """Whether an empty line is an answer."""
        return self._asked is not None

    def answer(self, line: str) -> str | None:
        """The answer to a line; None when it is not about configuration."""
        if self._asked is not None:
            _, then = self._asked
            self._asked = None
            return then(line)
        return self._answer(line)

    def outside(self, line: str) -> str:
        """What a command is called outside configuration mode: without `do` or `run`."""
        word, _, rest = line.partition(" ")
        return rest if word in ("do", "run") and self.prompt is not None else line

    def close(self) -> None:
        """The session ended, one way or another."""

    def press(self, key: str) -> str | None:
        """What one of its `keys` does at once; None for one that is only a letter."""
        return None

    def _ask(self, question: str, then: Answer) -> str:
        self._asked = (question, then)
        return ""

    def _answer(self, line: str) -> str | None:
        found = self._words.find(line)
        return None if found is None else found[0].run(self._world, self._device, found[1])

    def _learn(self, phrase: str, do: Callable[..., str]) -> None:
        self._words.add(phrase)(lambda _world, _device, words: do(*words))

    def _changed(self) -> None:
        self._world.settings.apply(self._device)


class CiscoTalk(Talk, ABC):
    """What IOS XE and IOS XR have in common: sections."""

    def __init__(self, world: World, device: Device) -> None:
        super().__init__(world, device)
        self._trail: list[tuple[str, Tree]] | None = None
        """The sections that are open, the configuration itself first; None outside."""
        self._learn("configure terminal", self._begin)
        self._learn("configure", self._begin)

    @property
    def prompt(self) -> str | None:
        if (asked := super().prompt) is not None:
            return asked
        if self._trail is None:
            return None
        section = self._trail[-1][0].split()
        mode = "config" if not section else f"config-{_SHORT.get(section[0], section[0])}"
        plain = self._device.character.prompt_for(self._device)
        return f"{plain.rstrip('#')}({mode})#"

    def _begin(self) -> str:
        self._trail = [("", self._tree())]
        return "Enter configuration commands, one per line.  End with CNTL/Z."

    @abstractmethod
    def _tree(self) -> Tree:
        """What lines are typed into."""

    def _typed(self, line: str) -> str:
        """A configuration line, or a way out of where we are."""
        assert self._trail is not None
        if line in ("end", "\x1a"):
            return self._leave()
        if line in ("exit", "!", "exit-address-family"):
            if line != "!" and len(self._trail) == 1:
                return self._leave()
            if line != "!":
                self._trail.pop()
            return ""
        no, words = "no " * line.startswith("no "), line.removeprefix("no ").split()
        typed = words[0] if words else ""
        below = printing.word(typed, _BELOW) if len(self._trail) > 1 else None
        first = below or printing.word(typed, _GLOBAL)
        if first is None or (first != "shutdown" and len(words) < 2):
            return _INVALID
        if first == "interface" and printing.port(self._device, " ".join(words[1:])) is None:
            return _INVALID
        if below is None:
            del self._trail[1:]
        return self._take(printing.as_printed(self._device, no + " ".join((first, *words[1:]))))

    def _take(self, line: str) -> str:
        """A line in full."""
        assert self._trail is not None
        if form.count(self._trail[0][1]) >= MOST_LINES:
            return "% The configuration is full"
        section = form.type_line(self._trail[-1][1], line)
        if section is not None:
            self._trail.append((line, section))
        self._after_line()
        return ""

    def _after_line(self) -> None:
        """A line was taken."""

    def _leave(self) -> str:
        self._trail = None
        return ""


_SHORT = {"interface": "if", "vrf": "vrf", "line": "line"}


class LinesTalk(CiscoTalk):
    """IOS XE: each line counts at once; a reload forgets what was not saved."""

    def __init__(self, world: World, device: Device) -> None:
        super().__init__(world, device)
        for phrase in ("write memory", "write"):
            self._learn(phrase, self._save)
        self._learn("copy running-config startup-config", self._copy)
        self._learn("reload", lambda: self._ask("Proceed with reload? [confirm]", self._reload(0)))
        self._learn("reload in <minutes>", self._reload_in)
        self._learn("reload cancel", self._keep_on)
        for phrase in ("dir", "dir flash:"):
            self._learn(phrase, self._dir)
        self._learn("verify /sha512 <file>", self._verify)
        self._learn("delete /force <file>", self._delete)
        self._learn("show boot", lambda: f"BOOT variable = flash:{self._boots()}")

    def _tree(self) -> Tree:
        return self._setting.running

    def _answer(self, line: str) -> str | None:
        if self._trail is None:
            return super()._answer(line)
        if line.startswith("do "):
            return super()._answer(line[3:])
        return self._typed(line)

    def _take(self, line: str) -> str:
        if line.startswith("no interface "):
            port = self._device.port(line[13:])
            if port is not None and port.is_physical:
                return "% Removal of physical interfaces is not permitted"
        return super()._take(line)

    def _after_line(self) -> None:
        self._changed()

    def _save(self) -> str:
        self._setting.save()
        wanted = self._boots()
        self._setting.boots = wanted if wanted != self._setting.image else ""
        return "Building configuration...\n[OK]"

    def _boots(self) -> str:
        lines = [one for one in self._setting.running if one.startswith("boot system ")]
        name = lines[0].split()[-1] if lines else ""
        return name.rpartition(":")[2].lstrip("/") or self._setting.image

    def _copy(self) -> str:
        return self._ask("Destination filename [startup-config]? ", lambda _line: self._save())

    def _reload(self, after_s: float) -> Answer:
        def sure(line: str) -> str:
            if line.strip().lower() not in ("", "y", "yes"):
                return ""
            self._world.settings.reload(self._device, after_s)
            return "" if after_s else "\n*** System going down ***"

        return sure

    def _reload_in(self, minutes: str) -> str:
        if not minutes.isascii() or not minutes.isdecimal() or not 0 < int(minutes) <= 34_560:
            return _INVALID
        then = self._reload(int(minutes) * 60.0)
        if self._setting.running != self._setting.startup:
            question = "System configuration has been modified. Save? [yes/no]: "
            return self._ask(question, lambda line: self._saved(line, then))
        return self._ask("Proceed with reload? [confirm]", then)

    def _saved(self, line: str, then: Answer) -> str:
        if line.strip().lower().startswith("y"):
            self._save()
        return self._ask("Proceed with reload? [confirm]", then)

    def _keep_on(self) -> str:
        if not self._world.settings.keep_on(self._device):
            return "%No reload is scheduled."
        return "\n***\n*** --- SHUTDOWN ABORTED ---\n***"

    def _dir(self) -> str:
        known = self._setting
        rows = [f"   {n}  -rw-  {len(text):>10}  {name}" for n, (name, text)
                in enumerate(known.files.items(), 11)]  # fmt: skip
        head = ["Directory of flash:/", "", f"   10  -rw-     1048576  {known.image}"]
        size = f"{form.FLASH_BYTES} bytes total ({known.free_bytes} bytes free)"
        return "\n".join([*head, *rows, "", size])

    def _verify(self, file: str) -> str:
        name = file.rpartition(":")[2].lstrip("/")
        digest = self._setting.digest(name, "sha512")
        if not digest:
            return f"%Error verifying {file} (No such file or directory)"
        return f"....Done!\nverify /sha512 ({file}) = {digest}"

    def _delete(self, file: str) -> str:
        self._setting.files.pop(file.rpartition(":")[2].lstrip("/"), None)
        return ""


class CommitTalk(CiscoTalk):
    """IOS XR: a target configuration that counts when it is committed."""

    def __init__(self, world: World, device: Device) -> None:
        super().__init__(world, device)
        self._target: Tree = {}
        self._learn("rollback configuration last <n>", self._roll_back)

    def _tree(self) -> Tree:
        self._target = deepcopy(self._setting.running)
        return self._target

    def _answer(self, line: str) -> str | None:
        if self._trail is None:
            return super()._answer(line)
        words = line.split()
        if words[0] == "commit":
            return self._commit(words[1:])
        if line == "abort":
            return self._leave_now()
        if line == "show commit changes diff":
            return "\n".join(_changes(self._setting.running, self._target, form.write_indented))
        if words[0] == "show":
            return None
        return self._typed(line)

    def _commit(self, words: list[str]) -> str:
        seconds = 0.0
        if words[:1] == ["confirmed"]:
            rest = words[1:] or ["600"]
            factor = 60 if rest[0] == "minutes" else 1
            number = rest[-1]
            if not number.isdecimal() or not 30 <= int(number) * factor <= _LONGEST_CONFIRM_S:
                return _INVALID
            seconds = float(int(number) * factor)
        elif words:
            return _INVALID
        if self._target == self._setting.running and not self._world.settings.is_held(self._device):
            return "% No configuration changes to commit."
        self._world.settings.commit(self._device, deepcopy(self._target), confirm_s=seconds)
        return ""

    def _leave(self) -> str:
        if self._target == self._setting.running:
            return self._leave_now()
        question = (
            "Uncommitted changes found, commit them before exiting(yes/no/cancel)? [cancel]: "
        )
        return self._ask(question, self._decide)

    def _decide(self, line: str) -> str:
        said = line.strip().lower()
        if said in ("yes", "y"):
            self._commit([])
        return self._leave_now() if said in ("yes", "y", "no", "n") else ""

    def _leave_now(self) -> str:
        self._trail = None
        return ""

    def _roll_back(self, number: str) -> str:
        history = self._setting.history
        if not number.isdecimal() or not 0 < int(number) <= len(history):
            return "% No such commit"
        self._world.settings.commit(self._device, deepcopy(history[int(number) - 1]))
        return f"Configuration successfully rolled back {number} commits."


class SetTalk(Talk):
    """Junos: a candidate, checked and committed, for a time or for good."""

    def __init__(self, world: World, device: Device) -> None:
        super().__init__(world, device)
        self._candidate: Tree | None = None
        self._learn("configure", self._begin)
        self._learn("configure exclusive", lambda: self._begin(exclusive=True))
        self._learn("configure private", self._begin)
        self._learn("request system reboot", self._reboot)
        self._learn("request system software add <file> no-validate", self._add_software)
        self._learn("request system software rollback", self._former)
        self._learn("file checksum sha-256 <file>", self._checksum)
        self._learn("file delete <file>", self._delete)
        self._learn("show system storage", self._storage)

    @property
    def prompt(self) -> str | None:
        if (asked := super().prompt) is not None:
            return asked
        if self._candidate is None:
            return None
        name = self._device.character.prompt_for(self._device).rstrip("> ")
        return f"\n[edit]\n{name}# "

    def close(self) -> None:
        locks = self._world.settings.locks
        if locks.get(self._device.name) is self:
            del locks[self._device.name]
        self._candidate = None

    def _begin(self, *, exclusive: bool = False) -> str:
        locks = self._world.settings.locks
        if locks.get(self._device.name, self) is not self:
            return "error: configuration database locked by:\n  noc terminal p0"
        if exclusive:
            locks[self._device.name] = self
        self._candidate = deepcopy(self._setting.running)
        note = "warning: uncommitted changes will be discarded on exit\n" if exclusive else ""
        return f"{note}Entering configuration mode"

    def _answer(self, line: str) -> str | None:
        if self._candidate is None:
            return super()._answer(line)
        if line.startswith("run "):
            return super()._answer(line[4:])
        return self._edit(line, self._candidate)

    def _edit(self, line: str, candidate: Tree) -> str:
        word, _, rest = line.partition(" ")
        if word in ("set", "delete"):
            if not rest or rest.split()[0] not in _TOPS or form.count(candidate) > MOST_LINES:
                return f"{' ' * (len(word) + 2)}^\nsyntax error."
            if word == "delete":
                gone = form.delete_line(candidate, rest)
                return "" if gone else "warning: statement not found"
            form.set_line(candidate, printing.as_set(self._device, rest))
            return ""
        if line == "commit" or line.startswith("commit "):
            return self._commit(rest, candidate)
        if word == "rollback":
            return self._roll_back(rest or "0")
        if line == "show | compare":
            return "\n".join(_changes(self._setting.running, candidate, form.write_set))
        if word == "show":
            return "\n".join(form.write_braces(candidate))
        if line in ("exit", "quit", "exit configuration-mode"):
            return self._leave(candidate)
        return "unknown command." if line != "top" else ""

    def _commit(self, how: str, candidate: Tree) -> str:
        problems = list(_undefined(candidate))
        if problems:
            return "\n".join([*problems, "error: configuration check-out failed"])
        if how == "check":
            return "configuration check succeeds"
        found = re.fullmatch(r"(?:confirmed(?: (\d{1,5}))?)?(?:\s*and-quit)?", how)
        if found is None:
            return f"{' ' * 8}^\nsyntax error."
        minutes = int(found[1] or 10) if how.startswith("confirmed") else 0
        self._world.settings.commit(self._device, deepcopy(candidate), confirm_s=minutes * 60.0)
        if how.endswith("and-quit"):
            self._end()
        if minutes:
            note = f"commit confirmed will be automatically rolled back in {minutes} minutes"
            return f"{note} unless confirmed\ncommit complete"
        return "commit complete"

    def _roll_back(self, number: str) -> str:
        history = self._setting.history
        if not number.isdecimal() or int(number) > len(history):
            return f"error: rollback {number} is not there"
        wanted = self._setting.running if number == "0" else history[int(number) - 1]
        self._candidate = deepcopy(wanted)
        return "load complete"

    def _leave(self, candidate: Tree) -> str:
        if candidate == self._setting.running:
            return self._end()
        question = "The configuration has been changed but not committed\nDiscard uncommitted"
        return self._ask(f"{question} changes? [yes,no] (yes) ", self._discard)

    def _discard(self, line: str) -> str:
        return self._end() if line.strip().lower() in ("", "y", "yes") else ""

    def _end(self) -> str:
        self.close()
        return "Exiting configuration mode"

    # -- software --------------------------------------------------------------------------

    def _reboot(self) -> str:
        def sure(line: str) -> str:
            if line.strip().lower() not in ("y", "yes"):
                return ""
            self._world.settings.reload(self._device, 0)
            return "Shutdown NOW!\n*** FINAL System shutdown message from noc ***"

        return self._ask("Reboot the system ? [yes,no] (no) ", sure)

    def _add_software(self, file: str) -> str:
        name = file.rpartition("/")[2]
        if not self._setting.version_of(name):
            return f"ERROR: Package {file} is no package of this system"
        self._setting.boots = name
        self._setting.is_touched = True
        note = "NOTICE: 'pending' set will be activated at next reboot..."
        return f"Installing package '{file}' ...\n{note}"

    def _former(self) -> str:
        name = self._setting.former[0]
        if self._setting.boots:
            self._setting.boots = ""
            return "NOTICE: 'pending' set removed"
        if not name:
            return "error: no former software to go back to"
        self._setting.boots = name
        self._setting.is_touched = True
        return "NOTICE: 'previous' set will be activated at next reboot..."

    def _checksum(self, file: str) -> str:
        digest = self._setting.digest(file.rpartition("/")[2], "sha256")
        return f"SHA256 ({file}) = {digest}" if digest else f"error: {file}: No such file"

    def _delete(self, file: str) -> str:
        self._setting.files.pop(file.rpartition("/")[2], None)
        return ""

    def _storage(self) -> str:
        free, size = self._setting.free_bytes, form.FLASH_BYTES
        head = f"{'Filesystem':<22}{'1024-blocks':>12}{'Used':>10}{'Avail':>10} Capacity Mounted on"
        row = f"{'/dev/gpt/var':<22}{size >> 10:>12}{(size - free) >> 10:>10}{free >> 10:>10}"
        return f"{head}\n{row} {100 * (size - free) // size:>7}% /.mount/var"


def _changes(before: Tree, after: Tree, write: Callable[[Tree], Iterator[str]]) -> Iterator[str]:
    """Lines that come and go, as `show | compare` of set lines would mark them."""
    for line in difflib.ndiff(list(write(before)), list(write(after))):
        if line[0] in "+-":
            yield line


def _undefined(tree: Tree) -> Iterator[str]:
    """Policies that are used and nowhere defined: what a commit check is good for."""
    known = tree.get("policy-options", {}).get("policy-statement", {})
    for name, group in tree.get("protocols", {}).get("bgp", {}).get("group", {}).items():
        for way in ("import", "export"):
            for policy in group.get(way, {}):
                if policy not in known:
                    what = f"Policy {policy} referenced but not defined ({name})"
                    yield f"error: Policy error: {what}"


_KINDS: dict[str, type[Talk]] = {
    "lines": LinesTalk,
    "commit": CommitTalk,
    "set": SetTalk,
}


def talk(world: World, device: Device) -> Talk:
    """How this device is configured, for one session."""
    if device.character.dialect == "menus":
        # Not above: it is made of what stands here.
        from noc_console.lab.menus import SafeTalk

        return SafeTalk(world, device)
    return _KINDS.get(device.character.dialect, Talk)(world, device)
