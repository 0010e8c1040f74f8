"""The rules that come with the program: every `*.toml` of a folder."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from noc_console.kernel.errors import Broken, Invalid
from noc_console.services.detection.book import RuleBook
from noc_console.services.detection.language import read_rules
from noc_console.services.detection.model import Rule

_PACKAGE = Path(__file__).resolve().parents[2]


def load(folder: Path) -> tuple[Rule, ...]:
    """All rules, by file and place. Broken says which file has which mistake where."""
    found: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            rules = read_rules(path.read_text("utf-8"), name=path.name)
        except (Invalid, UnicodeDecodeError, OSError) as error:
            raise Broken(
                f"{path.name}: {error}" if isinstance(error, OSError) else str(error)
            ) from error
        for rule in rules:
            if rule.id in found:
                both = f"{found[rule.id].file} and {rule.file}"
                raise Broken(f"rule {rule.id} is in {both}")
            found[rule.id] = replace(rule, at=len(found))
    if not found:
        raise Broken(f"there are no alarm rules in {folder}")
    return tuple(found.values())


def folder() -> Path:
    """Where they lie: beside the package or, in a wheel, inside it."""
    inside = _PACKAGE / "_resources"
    return (inside if inside.is_dir() else _PACKAGE.parent / "resources") / "alarm_rules"


@cache
def our_book() -> RuleBook:
    """The rules as they come, for whoever judges before a store was asked."""
    return RuleBook(load(folder()))
