"""The rules that come with the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.kernel.errors import Broken
from noc_console.services.detection.language import PLACEHOLDERS, read_rules
from noc_console.services.detection.measures import MEASURES
from noc_console.services.detection.model import Rule, Scope
from noc_console.services.detection.pack import folder, load, our_book

RULES = our_book().every


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_what_to_do(rule: Rule) -> None:
    assert len(rule.remedy) > 30
    assert rule.title[0].isupper() and not rule.title.endswith(".")


def test_the_limits_are_those_of_the_requirements() -> None:
    told = {rule.id: [(int(x.severity), x.raise_at, x.clear_at) for x in rule.levels]
            for rule in RULES}  # fmt: skip
    assert told["cpu"] == [(4, 95, 85), (3, 80, 70)]
    assert told["utilisation"] == [(4, 95, 85), (2, 85, 75)]
    assert told["certificate"] == [(5, 0, 1), (4, 7, 8), (3, 14, 15), (2, 30, 31)]
    assert told["disk-free"] == [(4, 5, 6), (3, 10, 12)]
    assert told["lines-queued"][1] == (3, 1000, 500)


def test_the_readme_names_every_key_measure_and_placeholder() -> None:
    text = (folder() / "README.md").read_text("utf-8")
    keys = {"id", "title", "kind", "measure", "condition", "scope", "level", "below", "both",
            "need", "of", "dead_band", "on_delay", "off_delay", "within", "share", "least",
            "target", "device_limits", "mute", "enabled", "text", "remedy", "severity"}  # fmt: skip
    keys |= set(Scope.__dataclass_fields__) | {f"{{{name}}}" for name in PLACEHOLDERS}
    fixed = {name for name in MEASURES if not name.startswith("sensor.")}
    assert [word for word in sorted(keys | fixed) if f"`{word}`" not in text] == []


def test_the_examples_of_the_readme_are_rules() -> None:
    text = (folder() / "README.md").read_text("utf-8")
    examples = text.split("```toml\n")[1:]
    assert len(examples) >= 3
    for example in examples:
        assert read_rules(example.partition("```")[0], name="README.md")


def test_a_broken_file_says_where(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[[rule]]\nid = "x"\nraise = 1')
    with pytest.raises(Broken, match=r"a.toml: rule x: raise: no key of a rule"):
        load(tmp_path)
    with pytest.raises(Broken, match="no alarm rules"):
        load(tmp_path / "nowhere")


def test_one_id_in_two_files_is_a_mistake(tmp_path: Path) -> None:
    text = (folder() / "probes.toml").read_text("utf-8")
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(Broken, match=r"rule probe-failed is in a.toml and b.toml"):
        load(tmp_path)
