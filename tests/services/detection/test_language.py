"""Rules as text: what is understood, what is refused and how that is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import Severity
from noc_console.services.detection.language import (
    quoted,
    read_rule,
    read_rules,
    span_text,
    write_rule,
)
from noc_console.services.detection.model import Kind, Level, Rule
from noc_console.services.detection.pack import our_book

GOOD = """
[[rule]]
id = "cpu-of-cores"
title = "CPU of the core"
measure = "device.cpu"
condition = "cpu"
on_delay = "5 min"
scope = { types = ["router"], sites = ["Erfurt*", "!*lab*"] }
text = "{device}: {value:.0f} {unit}"
level = [{ severity = "major", raise = 90 }]
"""


def test_a_rule_is_what_its_text_says() -> None:
    rule = read_rule(GOOD)
    assert (rule.id, rule.kind, rule.measure) == ("cpu-of-cores", Kind.THRESHOLD, "device.cpu")
    assert rule.on_delay_s == 300
    assert rule.scope.sites == ("Erfurt*", "!*lab*")
    assert (rule.need, rule.of) == (2, 3)
    assert rule.levels == (Level(Severity.MAJOR, 90, 81),), "a tenth of dead band by default"


@pytest.mark.parametrize("rule", our_book().every, ids=lambda rule: rule.id)
def test_what_is_written_is_read_as_the_same_rule(rule: Rule) -> None:
    again = read_rule(write_rule(rule), origin=rule.origin)
    assert replace(again, file=rule.file, at=rule.at) == rule


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "cpu-of-cores"', 'id = "CPU"', "rule CPU: id: lower-case"),
        ('id = "cpu-of-cores"', "", "rule 1: id: a text"),
        ("device.cpu", "device.cup", "rule cpu-of-cores: measure: 'device.cup' is not measured"),
        ("raise = 90", 'raise = "much"', "level.raise: a number"),
        ("raise = 90", "raise = 90, clear = 95", "level.clear: lies on the wrong side"),
        ("raise = 90", "raise = nan", "level.raise: a number"),
        ('"major"', '"terrible"', "level.severity: one of warning, minor, major, critical"),
        ('"5 min"', '"soon"', 'on_delay: a time such as "30 s"'),
        ('types = ["router"]', 'types = ["ruter"]', "scope.types: 'ruter' is none of router"),
        ("types =", "kinds =", "scope.kinds: no key of a scope"),
        ('title = "CPU of the core"', 'tilte = "x"', "tilte: no key of a rule"),
        ("{value:.0f}", "{value.__class__}", "text: {value.__class__} is no placeholder"),
        ("{value:.0f}", "{value:>999999999}", "text: {value} is no placeholder"),
        ("{value:.0f}", "{", "text:"),
        ('measure = "device.cpu"', 'measure = "device.reachable"', "kind: device.reachable is a"),
        ('condition = "cpu"', 'condition = "CPU busy!"', "condition: 'CPU busy!' is no name"),
        ('on_delay = "5 min"', "need = 5\nof = 3", "need: 5 of 3"),
        ('on_delay = "5 min"', "need = 99", "need: a whole number from 1 to 8"),
        ('on_delay = "5 min"', 'within = "1 h"', "within: a rule of kind threshold"),
        ("types =", 'interfaces = ["xe*"], types =', "scope: device.cpu is not of an interface"),
    ],
)
def test_an_error_names_file_rule_and_key(old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(Invalid) as caught:
        read_rules(GOOD.replace(old, new), name="core.toml")
    assert str(caught.value).startswith("core.toml: ")
    assert told in str(caught.value)


def test_text_that_is_no_toml_is_refused_with_its_line() -> None:
    with pytest.raises(Invalid, match=r"core.toml: .*line 2"):
        read_rules("[[rule]]\nid = x", name="core.toml")
    with pytest.raises(Invalid, match="longer than"):
        read_rules("#" * 300_000, name="core.toml")
    with pytest.raises(Invalid, match="rules is no key here"):
        read_rules("[[rules]]", name="core.toml")
    with pytest.raises(Invalid, match="too many brackets"):
        read_rules("x = " + "[" * 5_000, name="core.toml")


def test_two_rules_of_one_id_are_a_mistake() -> None:
    with pytest.raises(Invalid, match="rule cpu-of-cores: there are two"):
        read_rules(GOOD + GOOD, name="core.toml")
    with pytest.raises(Invalid, match="0 rules where one is expected"):
        read_rule("")


def test_a_worse_severity_needs_a_value_further_out() -> None:
    wrong = GOOD.replace("raise = 90 }", 'raise = 90 }, { severity = "minor", raise = 95 }')
    with pytest.raises(Invalid, match=r"level.raise: a worse severity"):
        read_rule(wrong)
    low = wrong.replace("[[rule]]", "[[rule]]\nbelow = true").replace("raise = 95", "raise = 97")
    assert [level.raise_at for level in read_rule(low).levels] == [90, 97]


def test_speeds_may_be_written_as_people_say_them() -> None:
    text = GOOD.replace("device.cpu", "interface.utilisation")
    assert read_rule(text.replace("types =", 'speed_min = "10G", types =')).scope.speed_min == 1e10
    with pytest.raises(Invalid, match=r"scope.speed_min: bit/s"):
        read_rule(text.replace("types =", 'speed_min = "fast", types ='))


@pytest.mark.parametrize("text", ["30 s", "5 min", "2 h", "14 d", "6 w"])
def test_spans_are_written_as_they_are_read(text: str) -> None:
    assert read_rule(GOOD.replace("5 min", text)).on_delay_s > 0
    rule = read_rule(GOOD.replace("5 min", text))
    assert span_text(timedelta(seconds=rule.on_delay_s)) == (text if text != "14 d" else "2 w")


@given(st.text(max_size=80))
def test_any_text_survives_being_quoted(text: str) -> None:
    plain = "".join(c for c in text if c.isprintable() or c in "\n\t").strip()
    rule = replace(read_rule(GOOD), remedy=plain)
    assert read_rule(write_rule(rule)).remedy == plain
    assert quoted(plain).startswith('"')


def test_alarms_that_others_know_by_their_word_keep_it() -> None:
    text = """
[[rule]]
id = "gone"
title = "Gone"
kind = "state"
measure = "device.reachable"
condition = "gone"
severity = "major"
"""
    with pytest.raises(Invalid, match=r"of device.reachable it is always unreachable"):
        read_rule(text)
    with pytest.raises(Invalid, match="has a patience of its own"):
        read_rule(text.replace('"gone"\nsev', '"unreachable"\non_delay = "1 min"\nsev'))
