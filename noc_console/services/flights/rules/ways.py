"""How a platform takes changes: what `resources/changes/ways.toml` says, as values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from noc_console.kernel.errors import Broken

FORMS = ("sections", "set", "paths")
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class ImageWay:
    """How software is brought to a platform."""

    folder: str
    by: str
    free: str
    free_is: re.Pattern[str]
    free_unit: int
    verify: str
    digest: str
    set: tuple[str, ...]
    reboot: str
    version: str
    version_is: re.Pattern[str]
    running_is: re.Pattern[str] | None
    former: tuple[str, ...]
    """Empty where the platform does not keep what ran before."""
    remove: str


@dataclass(frozen=True, slots=True)
class SafeMode:
    """A mode of a command line: what is changed in it is gone with its session, unless kept."""

    key: str
    """Enters it; pressed once more it keeps what was changed, and leaves."""
    taken: re.Pattern[str]
    released: re.Pattern[str]
    held: re.Pattern[str]
    """What is asked when another session is in it."""
    decline: str
    """Leaves that session alone."""
    prompt: re.Pattern[str]
    """The prompt while it lasts."""
    most: int
    """Changes in it; beyond some more a device forgets them, and with them the way back."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a platform is changed; see the README beside `ways.toml`."""

    name: str
    form: str
    negate: str
    begin: tuple[str, ...]
    end: tuple[str, ...]
    keep: tuple[str, ...]
    leave: str = "exit"
    check: str = ""
    hold: str = ""
    commit: str = ""
    back: tuple[str, ...] = ()
    abandon: tuple[str, ...] = ()
    guard: tuple[str, ...] = ()
    unguard: tuple[str, ...] = ()
    error: re.Pattern[str] = _NOTHING
    fine: re.Pattern[str] = _NOTHING
    once: tuple[str, ...] = ()
    reached_by: tuple[re.Pattern[str], ...] = ()
    never: tuple[re.Pattern[str], ...] = ()
    image: ImageWay | None = None
    safe: SafeMode | None = None
    usuals: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What properties say when they are not printed, by menu ("" for all) and name."""
    ordered: tuple[str, ...] = ()
    """Menus in which the order of entries matters."""

    def usual(self, path: str, key: str) -> str | None:
        """What a property says when it is not printed; None when nobody wrote that down."""
        return self.usuals.get((path, key), self.usuals.get(("", key)))

    def refusal(self, answer: str) -> str:
        """The line with which the device refused; "" when it did not."""
        for line in answer.splitlines():
            if self.error.search(line) and not self.fine.search(line):
                return line.strip()
        return ""


_WORDS = {
    "form", "negate", "begin", "end", "leave", "check", "hold", "keep", "back", "abandon", "commit",
    "guard", "unguard", "error", "fine", "once", "reached_by", "never", "image",
    "safe", "usual", "ordered",
}  # fmt: skip


def read(told: Mapping[str, Any]) -> dict[str, Manner]:
    """The ways by the names of drivers. Raises Broken for what is not written as it should be."""
    return {name: _manner(name, entry) for name, entry in told.get("way", {}).items()}


def _manner(name: str, entry: Mapping[str, Any]) -> Manner:
    place = f"the way {name}"
    if unknown := set(entry) - _WORDS:
        raise Broken(f"{place} has words nobody knows: {', '.join(sorted(unknown))}")
    if entry.get("form") not in FORMS or not (entry.get("begin") or entry.get("safe")):
        raise Broken(f"{place} needs a form ({' or '.join(FORMS)}) and how it begins")
    return Manner(
        name=name,
        form=entry["form"],
        negate=entry.get("negate", "no"),
        begin=_lines(entry, "begin"),
        end=_lines(entry, "end"),
        keep=_lines(entry, "keep"),
        leave=entry.get("leave", "exit"),
        check=entry.get("check", ""),
        hold=entry.get("hold", ""),
        commit=entry.get("commit", ""),
        back=_lines(entry, "back"),
        abandon=_lines(entry, "abandon"),
        guard=_lines(entry, "guard"),
        unguard=_lines(entry, "unguard"),
        error=_pattern(place, entry.get("error", "(?!)")),
        fine=_pattern(place, entry.get("fine", "(?!)")),
        once=_lines(entry, "once"),
        reached_by=tuple(_pattern(place, each) for each in _lines(entry, "reached_by")),
        never=tuple(_pattern(place, f"(?:{each})") for each in _lines(entry, "never")),
        image=_image(place, entry["image"]) if "image" in entry else None,
        safe=_safe(place, entry["safe"]) if "safe" in entry else None,
        usuals=dict(_usual(place, each) for each in _lines(entry, "usual")),
        ordered=_lines(entry, "ordered"),
    )


def _safe(place: str, entry: Mapping[str, Any]) -> SafeMode:
    try:
        return SafeMode(
            key=entry["key"],
            taken=_pattern(place, entry["taken"]),
            released=_pattern(place, entry["released"]),
            held=_pattern(place, entry["held"]),
            decline=entry["decline"],
            prompt=_pattern(place, entry["prompt"]),
            most=entry["most"],
        )
    except KeyError as error:
        raise Broken(f"{place}: its safe mode needs the word {error}") from error


def _usual(place: str, text: str) -> tuple[tuple[str, str], str]:
    """`disabled=no`, or `/snmp enabled=no` for one menu."""
    front, is_equal, value = text.partition("=")
    path, _, key = front.rpartition(" ")
    if not is_equal or not key:
        raise Broken(f"{place}: {text!r} does not say what is usual")
    return (path, key), value


def _image(place: str, entry: Mapping[str, Any]) -> ImageWay:
    try:
        return ImageWay(
            folder=entry["folder"],
            by=entry["by"],
            free=entry["free"],
            free_is=_pattern(place, entry["free_is"]),
            free_unit=entry.get("free_unit", 1),
            verify=entry["verify"],
            digest=entry["digest"],
            set=tuple(entry["set"]),
            reboot=entry["reboot"],
            version=entry["version"],
            version_is=_pattern(place, entry["version_is"]),
            running_is=_pattern(place, entry["running_is"]) if "running_is" in entry else None,
            former=tuple(entry.get("former", ())),
            remove=entry.get("remove", ""),
        )
    except KeyError as error:
        raise Broken(f"{place}: software needs the word {error}") from error


def _lines(entry: Mapping[str, Any], word: str) -> tuple[str, ...]:
    return tuple(entry.get(word, ()))


def _pattern(place: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise Broken(f"{place}: {text!r} is no pattern ({error})") from error
