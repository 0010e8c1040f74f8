"""Verdicts of each kind of rule, with the lines they stand on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.compliance.model import Rule, RuleKind, Verdict
from noc_console.services.compliance.rules.judge import (
    Configured,
    applies,
    check,
    judge,
    revision,
)

IOS = """hostname r1
ntp server 10.0.0.1
ip http server
interface Gi0/1
 description up
 no ip redirects
 no ip proxy-arp
interface Gi0/2
 no ip redirects
 ip proxy-arp
router bgp 65000
 neighbor 192.0.2.1
  password x
end
"""
SETS = """set system host-name r1
set interfaces ge-0/0/0 unit 0 family inet
set interfaces ge-0/0/0 description up
set interfaces ge-0/0/1 unit 0 family mpls
"""
GIVEN = {"device": {"name": "r1"}}


def rule(kind: RuleKind, text: str, **more: object) -> Rule:
    return Rule(1, "rule", kind, text, **more)  # type: ignore[arg-type]


def found(wanted: Rule, text: str = IOS, family: str = "indented") -> tuple[str, list[str]]:
    told = judge(wanted, Configured.of(text.split("\n"), family), GIVEN)
    assert told is not None
    return told[0].value, [f"{one.line or '-'} {one.text}" for one in told[1]]


def test_lines_that_must_be_there_are_told_when_missing() -> None:
    assert found(rule(RuleKind.HAS, "hostname r1\n/^ntp server 10\\./")) == ("pass", [])
    told = found(rule(RuleKind.HAS, "! ours\nntp server 10.0.0.9\n/^logging host/"))
    assert told == ("fail", ["- ntp server 10.0.0.9", "- /^logging host/"])


def test_lines_that_must_not_be_there_are_told_with_their_number() -> None:
    told = found(rule(RuleKind.LACKS, "ip http server\n/^telnet/"))
    assert told == ("fail", ["3 ip http server"])
    assert found(rule(RuleKind.LACKS, "ip http")) == ("pass", [])


def test_each_block_is_judged_and_no_block_is_no_verdict() -> None:
    wanted = rule(RuleKind.BLOCK, "no ip redirects\n-ip proxy-arp", block="^interface Gi")
    assert found(wanted) == ("fail", ["10 interface Gi0/2 › ip proxy-arp"])
    wanted = rule(RuleKind.BLOCK, "/^description /", block="^interface Gi")
    assert found(wanted) == ("fail", ["- interface Gi0/2 › /^description /"])
    config = Configured.of(IOS.split("\n"), "indented")
    assert judge(rule(RuleKind.BLOCK, "x", block="^vlan"), config, GIVEN) is None


def test_heads_of_blocks_are_the_same_pattern_between_strokes_as_patterns_of_lines_stand() -> None:
    wanted = rule(RuleKind.BLOCK, "/^description /", block="/^interface Gi/")
    check(wanted)
    assert found(wanted) == ("fail", ["- interface Gi0/2 › /^description /"])


@pytest.mark.parametrize("wrong", [{"name": "a\0"}, {"text": "a\0"}, {"variables": "a = \0"}])
def test_what_no_store_keeps_is_no_rule(wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        check(replace(rule(RuleKind.TEMPLATE, "x"), **wrong))  # type: ignore[arg-type]


def test_lines_that_are_paths_have_blocks_by_their_beginnings() -> None:
    wanted = rule(RuleKind.BLOCK, "/^description /", block=r"^set interfaces ge-\S++ ")
    assert found(wanted, SETS, "set") == (
        "fail",
        ["- set interfaces ge-0/0/1 › /^description /"],
    )


def test_a_template_is_compared_in_its_blocks_and_tells_the_head_of_what_is_missing() -> None:
    golden = "hostname {{ device.name }}\ninterface Gi0/1\n no ip proxy-arp\n"
    assert found(rule(RuleKind.TEMPLATE, golden)) == ("pass", [])
    golden = (
        "interface Gi0/2\n no ip proxy-arp\nrouter ospf 1\n area 0\n  x\nntp server {{ ntp }}\n"
    )
    assert found(rule(RuleKind.TEMPLATE, golden, variables="ntp = 10.0.0.2")) == (
        "fail",
        ["- interface Gi0/2 › no ip proxy-arp", "- router ospf 1", "- ntp server 10.0.0.2"],
    )
    golden = "set system host-name {{ device.name }}\n set interfaces ge-0/0/0 description up"
    assert found(rule(RuleKind.TEMPLATE, golden), SETS, "set") == ("pass", [])


def test_a_template_that_asks_for_what_a_device_has_not_is_an_error_not_a_pass() -> None:
    told = found(rule(RuleKind.TEMPLATE, "router-id {{ device.loopback }}"))
    assert told[0] == Verdict.ERROR and "loopback" in told[1][0]


def test_rules_are_for_platforms_and_names() -> None:
    wanted = rule(RuleKind.HAS, "x", platforms=("ios",), devices=("AMS-*",))
    assert applies(wanted, platform="ios", device="ams-core-1")
    assert not applies(wanted, platform="junos", device="ams-core-1")
    assert not applies(wanted, platform="ios", device="ber-core-1")
    assert not applies(rule(RuleKind.HAS, "x", is_on=False), platform="ios", device="a")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Rule(0, " ", RuleKind.HAS, "x"), "name"),
        (Rule(0, "r", RuleKind.HAS, "! only comments"), "text"),
        (Rule(0, "r", RuleKind.LACKS, "/(a+)+/"), "text"),
        (Rule(0, "r", RuleKind.BLOCK, "x", block="("), "block"),
        (Rule(0, "r", RuleKind.TEMPLATE, "{{ x() }}"), "text"),
        (Rule(0, "r", RuleKind.TEMPLATE, "x", variables="?"), "variables"),
        (Rule(0, "r", RuleKind.HAS, "x\n" * 3_000), "text"),
    ],
)
def test_a_rule_that_cannot_be_judged_is_refused_at_its_field(wrong: Rule, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(wrong)
    assert refused.value.field == field


def test_any_change_of_a_rule_is_another_revision() -> None:
    one, two = rule(RuleKind.HAS, "x"), rule(RuleKind.HAS, "y")
    assert revision([one]) == revision([one]) != revision([two])
    assert revision([]) != revision([one])


CATALYST = """interface GigabitEthernet1/0/3
 description up
 mtu 9000
interface Vlan10
 mtu 1500
router bgp 65000
 neighbor 192.0.2.1
  password x
"""
PORTS = [{"name": "Gi1/0/3", "descr": "GigabitEthernet1/0/3"}, {"name": "Vl10", "descr": "Vlan10"}]


def golden(text: str, config: str = CATALYST, family: str = "indented") -> tuple[str, list[str]]:
    wanted = Configured.of(config.split("\n"), family)
    told = judge(rule(RuleKind.TEMPLATE, text), wanted, {**GIVEN, "interfaces": PORTS})
    assert told is not None
    return told[0].value, [f"{one.line or '-'} {one.text}" for one in told[1]]


def test_a_template_finds_blocks_by_the_short_names_of_interfaces() -> None:
    each = "{% for port in interfaces %}\ninterface {{ port.name }}\n mtu 9000\n{% endfor %}"
    assert golden(each) == ("fail", ["- interface Vlan10 › mtu 9000"])
    assert golden(each.replace("name", "descr")) == golden(each)
    assert golden("interface Gi1/0/4\n mtu 1") == ("fail", ["- interface Gi1/0/4"])


def test_a_block_after_an_equals_sign_holds_nothing_else() -> None:
    assert golden("interface Gi1/0/3\n mtu 9000") == ("pass", [])
    assert golden("=interface Gi1/0/3\n mtu 9000") == (
        "fail",
        ["2 interface GigabitEthernet1/0/3 › description up"],
    )
    assert golden("=interface Gi1/0/3\n mtu 9000\n description up") == ("pass", [])
    assert golden("router bgp 65000\n =neighbor 192.0.2.1") == (
        "fail",
        ["8 router bgp 65000 › neighbor 192.0.2.1 › password x"],
    )
    assert golden("=interface Gi1/0/4\n mtu 1") == ("fail", ["- interface Gi1/0/4"])


def test_set_lines_behind_a_marked_beginning_are_all_there_are() -> None:
    lines = "=set interfaces ge-0/0/0\nset interfaces ge-0/0/0 description up"
    assert golden(lines, SETS, "set") == (
        "fail",
        ["2 set interfaces ge-0/0/0 unit 0 family inet"],
    )
    whole = f"{lines}\nset interfaces ge-0/0/0 unit 0 family inet"
    assert golden(whole, SETS, "set") == ("pass", [])
