"""Rule files: read strictly, and what comes with the program says what the MIBs say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from noc_console.kernel.errors import Broken, Invalid
from noc_console.services.alarms.model import Severity
from noc_console.services.detection.events import reading
from noc_console.services.detection.events.flows import FlowRule
from noc_console.services.detection.events.model import EventRule, Proof
from tests.services.detection.events.pack import PACK, ROOT

HEAD = 'title = "t"\n'
CONDITION = '[[condition]]\nword = "bgp-session-lost"\nabout = "bgp"\ntext = "{bgp} is down"\n'
RULE = '[[rule]]\nid = "a"\ntitle = "A"\ncondition = "bgp-session-lost"\n'
GOOD = 'raise = [{ mnemonic = "BGP-?-X", text = "neighbor {bgp} Down" }]\n'


def read(text: str) -> reading.EventPack:
    return reading.read({"t.toml": HEAD + text})


def test_a_rule_takes_from_its_condition_what_it_does_not_say() -> None:
    (rule,) = read(CONDITION + RULE + GOOD).rules
    assert (rule.about, rule.key, rule.text) == ("bgp", "{bgp}", "{bgp} is down")
    assert rule.severity is Severity.WARNING
    (rule,) = read(CONDITION + RULE + 'severity = "major"\ntext = "x"\n' + GOOD).rules
    assert (rule.severity, rule.text) == (Severity.MAJOR, "x")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (CONDITION + RULE, "t.toml, [[rule]] a: raise"),
        (CONDITION + RULE + 'sevrity = "major"\n' + GOOD, "'sevrity' is none of"),
        (CONDITION + RULE + 'severity = "bad"\n' + GOOD, "severity: 'bad' is none of"),
        (CONDITION + RULE + 'raise = [{ mnemonic = "BGP-?-X" }]\n', "gives no {bgp}"),
        (CONDITION + RULE + 'raise = [{ says = "x" }]\n', "a pattern needs a trap"),
        (CONDITION + RULE + 'raise = [{ text = "{bgp}" }]\n', "raise 1: '{bgp}' fits every text"),
        (CONDITION + RULE + 'raise = [{ regex = "(a+)+b" }]\n', "possessive"),
        (CONDITION + RULE + 'raise = [{ trap = "1.x", mib = "m", says = "s" }]\n', "no OID"),
        (CONDITION + RULE + 'raise = [{ trap = "1.3.6", says = "s" }]\n', "mib is missing"),
        (CONDITION + RULE + 'clear_after = "soon"\n' + GOOD, "not of the form 15 min"),
        (CONDITION + RULE + GOOD + RULE + GOOD, "'a' is there twice"),
        (CONDITION * 2, "is there twice"),
        (RULE + GOOD, "text: say what is wrong"),
        (CONDITION + RULE.replace('"a"', '"A b"') + GOOD, "lower-case words"),
        ("rule = 5", "write [[rule]]"),
        ("[[rulez]]", "'rulez' is none of"),
        ("x = ", "t.toml is no TOML"),
    ],
)
def test_a_mistake_names_the_file_the_rule_and_the_key(text: str, says: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(text)
    assert says in str(caught.value)


def test_a_broken_folder_stops_with_what_to_repair(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(HEAD + RULE)
    with pytest.raises(Broken) as caught:
        reading.load(tmp_path)
    assert "x.toml, [[rule]] a" in str(caught.value)


def test_one_rule_of_an_operator_is_read_alone() -> None:
    one = reading.read_one(RULE + GOOD, read(CONDITION))
    assert isinstance(one, EventRule)
    with pytest.raises(Invalid):
        reading.read_one(RULE + GOOD + RULE + GOOD, read(CONDITION))
    with pytest.raises(Invalid):
        reading.read_one(CONDITION, read(CONDITION))


@pytest.mark.parametrize(
    "text",
    ["rule = 5", '[rule]\nid = "x"', "rule = [1]", "flow = 5", "flow = [1]", "x=" + "[" * 5_000],
)
def test_what_is_no_rule_at_all_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        reading.read_one(text, PACK)


def test_every_rule_of_the_pack_is_read_again_from_its_own_text() -> None:
    rules = {rule.id: rule for rule in PACK.rules}
    flows = {flow.id: flow for flow in PACK.flows}
    assert set(PACK.texts) == set(rules) | set(flows)
    for name, text in PACK.texts.items():
        one = reading.read_one(text, PACK)
        known = flows[name] if isinstance(one, FlowRule) else rules[name]
        assert (one.id, one.condition, one.text) == (name, known.condition, known.text)


def test_every_condition_is_one_of_some_rule() -> None:
    used = {rule.condition for rule in (*PACK.rules, *PACK.flows)}
    assert [str(word) for word in PACK.conditions if word not in used] == []


def test_every_rule_says_what_to_do() -> None:
    assert [rule.id for rule in (*PACK.rules, *PACK.flows) if not rule.remedy] == []


def test_what_nobody_clears_clears_itself_or_is_polled() -> None:
    forever = [
        rule.id
        for rule in PACK.rules
        if not rule.clears and not rule.clear_after_s and rule.proof is not Proof.POLL
    ]
    assert forever == []


def patterns() -> list[tuple[str, str]]:
    rules = [each for rule in PACK.rules for each in (*rule.raises, *rule.clears)]
    return [(each.trap, each.mib) for each in (*rules, *PACK.notices) if each.trap]


def test_every_oid_is_the_one_its_mib_gives_it() -> None:
    """For the MIBs that ship with the program; where two give a name, one of them is meant."""
    known: dict[str, set[str]] = {}
    for file in (ROOT / "resources" / "mibs").glob("*.json"):
        module = json.loads(file.read_text())
        for each in module["objects"]:
            if each["kind"].startswith("notification"):
                known.setdefault(f"{module['module']}::{each['name']}", set()).add(each["oid"])
    known.pop("POWER-ETHERNET-MIB::pethMainPowerUsageOnNotification", None)  # a maker's copy
    known.pop("POWER-ETHERNET-MIB::pethMainPowerUsageOffNotification", None)
    checked = [(oid, mib) for oid, mib in patterns() if mib in known]
    assert len(checked) > 40
    assert [(oid, mib) for oid, mib in checked if oid not in known[mib]] == []
