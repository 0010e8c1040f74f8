"""Which lines only look: by the real grammars of the platforms."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.terminal.judging import Verdict, is_mode, judge, judge_all

KINDS = """
version interfaces neighbours addresses arp macs vlans routes bgp ospf optics log environment
config startup
""".split()  # noqa: SIM905 - a list of words
PLATFORMS = Path(__file__).resolve().parents[3] / "resources" / "platforms"


@cache
def rules() -> Rules:
    return load(PLATFORMS)


def driver(platform: str) -> Driver:
    found = rules().driver(platform)
    assert found is not None
    return found


LOOKS = [
    ("ios", "show version"),
    ("ios", "sh ip int br | i up"),
    ("ios", "show run | sec router bgp"),
    ("ios", "ping 10.0.0.1 repeat 5"),
    ("ios", "terminal length 0"),
    ("ios", "term len 0"),
    ("ios", "enable"),
    ("ios", "! only a comment"),
    ("ios", ""),
    ("ios", "show interfaces | include line protocol|errors"),
    ("ios", "sh ip int br | i up|down|^Lo"),
    ("iosxr", "show bgp summary"),
    ("nxos", "show run | no-more ; show clock"),
    ("arista_eos", "show version | json"),
    ("junos", 'show configuration | display set | match "foo|bar"'),
    ("junos", "show bgp summary | no-more"),
    ("junos", "request support information"),
    ("junos", "set cli screen-length 0"),
    ("junos", "monitor traffic interface ge-0/0/0 no-resolve"),
    ("vrp", "display current-configuration | include bgp"),
    ("vrp", "dis int br"),
    ("vrp", "screen-length 0 temporary"),
    ("smartax", "display ont info summary 0"),
    ("comware", "display lldp neighbor-information"),
    ("routeros", "/ip address print"),
    ("routeros", "/ip/address/print where interface=ether1"),
    ("routeros", "/interface ethernet monitor [find] once"),
    ("routeros", "/ip address"),
    ("routeros", "/export terse"),
    ("timos", "show router route-table"),
    ("timos", "admin display-config"),
    ("srlinux", "info from running / interface ethernet-1/1"),
    ("srlinux", "enter state"),
    ("fortios", "get system status"),
    ("panos", "show interface all"),
    ("panos", "set cli pager off"),
    ("vyos", "show interfaces | grep eth0"),
    ("xos", "disable clipaging"),
    ("routeros", "/ip fi fi pr"),
    ("routeros", "/ip add pr"),
    ("routeros", "/sys res pr"),
    ("routeros", '/log print follow where topics~"bgp"'),
    ("arista_eos", "show interfaces | sort -r -n"),
    ("linux", "ip -s link show dev eth0"),
    ("linux", "ip -br a"),
    ("linux", "ip -4 r"),
    ("linux", "sort -k 2 -r interfaces.txt"),
    ("linux", "ip route"),
    ("linux", "cat /etc/os-release; uname -a"),
    ("linux", "journalctl --no-pager -n 200 | grep error"),
    ("linux", "systemctl status sshd"),
]
CHANGES = [
    ("ios", "configure terminal"),
    ("ios", "conf t"),
    ("ios", "con"),
    ("ios", "wr"),
    ("ios", "wr mem"),
    ("ios", "reload in 5"),
    ("ios", "clear ip bgp *"),
    ("ios", "copy running-config startup-config"),
    ("ios", "show run > flash:x"),
    ("ios", "debug ip packet"),
    ("ios", "telnet 10.0.0.9"),
    ("nxos", "show clock ; conf t ; interface e1/1 ; shutdown"),
    ("junos", "configure exclusive"),
    ("junos", "request system reboot"),
    ("junos", "req sys reb"),
    ("junos", "clear bgp neighbor all"),
    ("junos", "monitor traffic interface ge-0/0/0 write-file x.pcap"),
    ("junos", "mon traf write x"),
    ("junos", "monitor traffic interface ge-0/0/0 size 1500 no-resolve count 5 write-file x"),
    ("junos", "start shell"),
    ("vrp", "system-view"),
    ("vrp", "reset counters interface"),
    ("vrp", "sys"),
    ("routeros", "/ip address add address=10.0.0.1/24 interface=ether1"),
    ("routeros", "/interface set ether1 disabled=yes"),
    ("routeros", "/ip address print; /system reboot"),
    ("routeros", "/ip address remove [find]"),
    ("routeros", "/export file=all"),
    ("routeros", '/ip address print where comment="x" file=y'),
    ("routeros", "/system reset-configuration"),
    ("routeros", "/export f=all"),
    ("routeros", "/ip add pr file=x"),
    ("routeros", "/ip address add pr"),
    ("routeros", "/sys res"),
    ("routeros", "/export file all"),
    ("timos", "configure router interface x"),
    ("timos", "admin reboot now"),
    ("srlinux", "enter candidate"),
    ("fortios", "config system global"),
    ("fortios", "execute reboot"),
    ("panos", "request restart system"),
    ("vyos", "show version && reboot"),
    ("vyos", "show '\"' ; sudo reboot ; echo '\"'"),
    ("vyos", "show tech-support save"),
    ("xos", "disable port 1"),
    ("linux", "rm -rf /"),
    ("linux", "ip link set eth0 down"),
    ("linux", "ip -force -batch commands"),
    ("linux", "uname; reboot"),
    ("linux", "cat a > b"),
    ("linux", "sudo cat /etc/shadow"),
    ("linux", "systemctl restart sshd"),
    ("linux", "journalctl --vacuum-size=1M"),
    ("linux", "sort -o /etc/passwd x"),
    ("linux", "sort x -o /etc/passwd"),
    ("linux", "journalctl -u ssh --vacuum-time=1s"),
    ("linux", "ss state established -K"),
    ("linux", "echo '\"' ; reboot ; echo '\"'"),
    ("linux", "echo '\"' > /etc/passwd '\"'"),
    ("linux", "ip route prepend default via 10.0.0.1"),
    ("linux", "bridge vlan global set dev br0 vid 2 mcast_snooping 0"),
]
UNKNOWN = [
    ("ios", "d"),
    ("ios", "s"),
    ("ios", "myalias"),
    ("ios", "show run | redirect flash:x"),
    ("ios", "show run | tee flash:x"),
    ("ios", "show run | append flash:x"),
    ("junos", "show configuration | save x"),
    ("junos", "frobnicate"),
    ("routeros", ":foreach i in=[find] do={ :put $i }"),
    ("routeros", ':put "$[/system reboot]"'),
    ("routeros", '/ip address print where comment="$(/system reboot)"'),
    ("routeros", ':put "a'),
    ("ios", "show run | include a|redirect flash:x"),
    ("ios", "show run | include a|app flash:x"),
    ("ios", "show run | include a | b"),
    ("ios", "show run | tee flash:x|b"),
    ("nxos", "show run | include a|b"),
    ("arista_eos", "show run | include a|dd of=/mnt/flash/x"),
    ("arista_eos", "show version | sort -o /mnt/flash/startup-config"),
    ("arista_eos", "show version | uniq - /mnt/flash/startup-config"),
    ("arista_eos", "show version | grep $(reboot)"),
    ("ios", "! nothing\nreload"),
    ("linux", "ip -n blue netns exec red reboot"),
    ("linux", "ip -f inet -rcvbuf 100 route add default via 10.0.0.1"),
    ("linux", "ip xfrm state update spi 1"),
    ("linux", "bridge -n blue link set dev eth0 cost 4"),
    ("linux", "echo !sudo"),
    ("linux", "cat $(reboot)"),
    ("linux", "cat `reboot`"),
    ("linux", "cat <<EOF"),
    ("linux", "frobnicate"),
    ("linux", "uname \\"),
    ("linux", "(reboot)"),
    ("ios", "x" * 9_000),
]


@pytest.mark.parametrize(("platform", "line"), LOOKS)
def test_what_looks_passes(platform: str, line: str) -> None:
    assert judge(driver(_name(platform)), line).verdict is Verdict.READS


@pytest.mark.parametrize(("platform", "line"), CHANGES)
def test_what_changes_is_named(platform: str, line: str) -> None:
    found = judge(driver(_name(platform)), line)
    assert found.verdict is Verdict.CHANGES
    assert found.why


@pytest.mark.parametrize(("platform", "line"), UNKNOWN)
def test_what_is_in_no_list_or_may_be_either_is_not_known(platform: str, line: str) -> None:
    assert judge(driver(_name(platform)), line).verdict is not Verdict.READS
    assert judge(driver(_name(platform)), line).verdict is Verdict.UNKNOWN


def _name(platform: str) -> str:
    return {"fortios": "fortigate", "vyos": "edgeos"}.get(platform, platform)


@pytest.mark.parametrize(
    ("platform", "prompt"),
    [
        ("ios", "R1(config-if)#"),
        ("nxos", "sw(config)# "),
        ("junos", "noc@mx# "),
        ("vrp", "[~CE1-GigabitEthernet0/0/1]"),
        ("smartax", "MA5800(config)#"),
        ("timos", "*A:pe1>config>router# "),
        ("fortios", "FGT (global) # "),
        ("vyos", "vyos@edge# "),
        ("bdcom", "switch_config_g0/1#"),
    ],
)
def test_in_a_configuration_mode_every_line_changes_but_those_that_look_or_leave(
    platform: str, prompt: str
) -> None:
    one = driver(_name(platform))
    assert judge(one, "description x", prompt=prompt).verdict is Verdict.CHANGES
    leaving = {"fortios": "abort", "vrp": "quit", "smartax": "quit"}.get(platform, "exit")
    assert judge(one, leaving, prompt=prompt).verdict is Verdict.READS


def test_enable_secret_changes_in_a_configuration_mode_though_enable_looks_outside() -> None:
    line = "enable secret 0 x"
    assert judge(driver("ios"), line, prompt="R1(config)#").verdict is Verdict.CHANGES


@pytest.mark.parametrize("line", ["sh", "log event link-status", "en dot1q 10"])
def test_in_a_configuration_mode_a_short_word_may_be_another_than_the_one_that_looks(
    line: str,
) -> None:
    assert judge(driver("ios"), line, prompt="R1(config-if)#").verdict is Verdict.CHANGES
    assert judge(driver("ios"), "do sh clock", prompt="R1(config-if)#").verdict is Verdict.READS
    assert judge(driver("vrp"), "dis th", prompt="[R1-GE0/0/1]").verdict is Verdict.READS


def test_the_line_above_a_prompt_tells_the_mode_where_the_prompt_does_not() -> None:
    one = driver("srlinux")
    above = "--{ + candidate shared default }--[  ]--"
    assert judge(one, "x", prompt="A:leaf1# ", above=above).verdict is Verdict.CHANGES
    assert one.grammar is not None
    assert not is_mode(one.grammar, "A:leaf1# ", "--{ running }--[  ]--")


def test_a_switch_that_writes_its_name_in_brackets_is_in_no_mode() -> None:
    one = driver("edgeswitch")
    assert judge(one, "show version", prompt="(UBNT EdgeSwitch) #").verdict is Verdict.READS


def test_of_several_lines_the_worst_counts() -> None:
    found = judge_all(driver("ios"), ["show version", "conf t", "foo"])
    assert (found.verdict, found.line) == (Verdict.CHANGES, "conf t")


def test_without_a_grammar_nothing_is_known() -> None:
    assert judge(None, "show version").verdict is Verdict.UNKNOWN


def test_every_driver_of_a_command_line_has_a_grammar_and_its_own_commands_pass() -> None:
    kinds = KINDS
    for file in rules().files.values():
        for one in file.drivers:
            if one.via != "ssh":
                continue
            assert one.grammar is not None, one.name
            for kind in (
                *kinds,
                "macs",
                "vlans",
                "bgp",
                "ospf",
                "optics",
                "environment",
                "addresses",
            ):
                if command := one.commands.get(kind):
                    assert judge(one, command).verdict is Verdict.READS, (one.name, command)
            for kind in ("configure", "save", "commit", "rollback"):
                if command := one.commands.get(kind):
                    assert judge(one, command).verdict is not Verdict.READS, (one.name, command)
