"""How a platform takes changes: what `resources/changes/ways.toml` says, as values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from noc_console.kernel.errors import Broken

FORMS = ("sections", "set")
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

    def refusal(self, answer: str) -> str:
        """The line with which the device refused; "" when it did not."""
        for line in answer.splitlines():
            if self.error.search(line) and not self.fine.search(line):
                return line.strip()
        return ""


_WORDS = {
    "form", "negate", "begin", "end", "leave", "check", "hold", "keep", "back", "abandon", "commit",
    "guard", "unguard", "error", "fine", "once", "reached_by", "never", "image",
}  # fmt: skip


def read(told: Mapping[str, Any]) -> dict[str, Manner]:
    """The ways by the names of drivers. Raises Broken for what is not written as it should be."""
    return {name: _manner(name, entry) for name, entry in told.get("way", {}).items()}


def _manner(name: str, entry: Mapping[str, Any]) -> Manner:
    place = f"the way {name}"
    if unknown := set(entry) - _WORDS:
        raise Broken(f"{place} has words nobody knows: {', '.join(sorted(unknown))}")
    if entry.get("form") not in FORMS or not entry.get("begin"):
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
    )


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
