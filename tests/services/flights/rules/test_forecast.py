import random

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.rules import forecast as f
from noc_console.services.flights.rules.ways import Manner
from tests.services.flights.conftest import WAYS

IOS, JUNOS = WAYS["ios"], WAYS["junos"]
SHOWN = """Building configuration...

!
hostname a
interface Gi1
 description old
 no ip address
 shutdown
!
interface Gi2
 ip address 192.0.2.1/24
!
ntp server 192.0.2.9
end
"""


def told(text: str, before: str = SHOWN, manner: Manner = IOS) -> f.Forecast:
    return f.forecast(f.configured(before, manner), f.typed(text), manner)


def test_the_frame_around_a_configuration_is_no_part_of_it():
    tree = f.configured(SHOWN, IOS)
    assert list(tree) == ["hostname a", "interface Gi1", "interface Gi2", "ntp server 192.0.2.9"]
    assert list(tree["interface Gi1"]) == ["description old", "no ip address", "shutdown"]


def test_lines_are_sent_into_their_sections_and_out_again():
    found = told("interface Gi1\n description new\n no shutdown\nhostname b")
    assert found.sends == ("interface Gi1", "description new", "no shutdown", "exit", "hostname b")
    assert found.adds == ("hostname b", "description new")
    assert found.removes == ("hostname a", "description old", "shutdown")
    assert found.inverse == (
        "interface Gi1", "description old", "shutdown", "exit", "hostname a",
    )  # fmt: skip
    assert not found.why_not


def test_lines_without_indentation_belong_to_the_section_above_until_exit():
    found = told("interface Gi2\nno ip address\nshutdown\nexit\nhostname b")
    assert found.sends == ("interface Gi2", "no ip address", "shutdown", "exit", "hostname b")
    assert set(found.inverse) >= {"no shutdown", "ip address 192.0.2.1/24", "hostname a"}
    assert not found.why_not


def test_a_new_section_is_taken_away_as_a_whole():
    found = told("interface Loopback9\n description x")
    assert found.inverse[0] == "no interface Loopback9"


def test_what_is_there_already_changes_nothing():
    assert told("hostname a\ninterface Gi1\n shutdown").is_empty


def test_a_change_whose_inverse_would_not_bring_it_back_says_so():
    """An interface that shows neither an address nor that it has none: nobody can type that."""
    found = told("interface Gi9\n ip address 192.0.2.5/24", "interface Gi9\n mtu 1500")
    assert found.why_not == "“interface Gi9 / no ip address” would be left"


@pytest.mark.parametrize(
    "line", ["reload", "write memory", "do reload", "no banner motd x", "default interface x1"]
)
def test_what_is_no_configuration_is_refused(line):
    with pytest.raises(Invalid, match="no place in a change"):
        told(line)


@pytest.mark.parametrize("line", ["x" * 501, "a\x1bb", "a\x00", "‮evil"])
def test_what_cannot_be_typed_is_refused(line):
    with pytest.raises(Invalid, match="is no line to type"):
        f.typed(line)


def test_a_question_mark_would_end_a_line_in_help():
    with pytest.raises(Invalid, match="asks a command line for help"):
        f.typed("interface Gi1\n description up?")


def test_reasons_name_no_secrets():
    before = "snmp-server community hunter2 RO\nrouter ospf 1\n area 0 authentication-key hunter3\n"
    found = f.difference(f.configured(before, IOS), f.configured("hostname a", IOS))
    assert "would be left" in found and "hunter" not in found


def test_too_many_lines_are_refused():
    with pytest.raises(Invalid, match="5,000 lines"):
        f.typed("a\n" * 5_001)


JUNIPER = 'set system host-name a\nset interfaces x description "one two"\nset snmp community p'


def test_set_lines_come_and_go():
    found = told(
        'set interfaces x description "three"\nset interfaces y disable\ndelete snmp',
        JUNIPER,
        JUNOS,
    )
    assert found.removes == ('set interfaces x description "one two"', "set snmp community p")
    assert found.adds == ('set interfaces x description "three"', "set interfaces y disable")
    assert set(found.inverse) == {
        'delete interfaces x description "three"', "delete interfaces y disable",
        'set interfaces x description "one two"', "set snmp community p",
    }  # fmt: skip
    assert not found.why_not


def test_a_value_said_once_takes_the_place_of_the_old_one():
    found = told("set system host-name b", JUNIPER, JUNOS)
    assert (found.removes, found.adds) == (("set system host-name a",), ("set system host-name b",))


def test_other_verbs_than_set_and_delete_are_refused():
    with pytest.raises(Invalid, match="neither set nor delete"):
        told("deactivate interfaces x", JUNIPER, JUNOS)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("manner", [IOS, JUNOS], ids=["sections", "set"])
def test_whatever_is_typed_its_inverse_brings_back_how_it_was(seed, manner):
    rng = random.Random(seed)
    before = f.configured(_config(rng, manner), manner)
    lines = f.typed(_change(rng, manner))
    found = f.forecast(before, lines, manner)
    after = f.configured("\n".join(found.after), manner)
    back = f.forecast(after, f.inverse(after, before, manner), manner)
    assert not found.why_not
    assert f.same(f.configured("\n".join(back.after), manner), before)


def _config(rng: random.Random, manner: Manner) -> str:
    if manner.form == "set":
        return "\n".join(
            f"set interfaces {rng.choice('abc')} {rng.choice(['mtu 1', 'disable', 'unit 0'])}"
            for _ in range(5)
        )
    return "\n".join(
        f"interface Gi{n}\n description d{rng.randint(0, 3)}\n "
        + rng.choice(["shutdown", "mtu 9000", "duplex full"])
        + rng.choice([f"\n ip address 192.0.2.{n}/24", "\n no ip address"])
        for n in range(4)
    )


def _change(rng: random.Random, manner: Manner) -> str:
    if manner.form == "set":
        return "\n".join(
            rng.choice(["set interfaces {} mtu 2", "delete interfaces {}",
                        "set interfaces {} description \"x y\""]).format(rng.choice("abcd"))
            for _ in range(4)
        )  # fmt: skip
    words = ["shutdown", "no shutdown", "description new", "mtu 1500", "no mtu",
             "ip address 10.0.0.1/8", "no ip address", "no description"]  # fmt: skip
    return "\n".join(
        f"interface Gi{rng.randint(0, 5)}\n {rng.choice(words)}\n {rng.choice(words)}"
        for _ in range(4)
    )


def test_what_others_did_meanwhile_stays():
    before = {"a": {}, "b": {"x": {}}, "c": {}}
    wanted = {"a": {}, "b": {"x": {}, "ours": {}}, "d": {}}
    now = {"a": {}, "b": {"x": {}, "ours": {}, "theirs": {}}, "d": {}, "e": {}}
    assert f.goal(before, wanted, now) == {
        "a": {}, "b": {"x": {}, "theirs": {}}, "c": {}, "e": {},
    }  # fmt: skip
    del now["a"]  # somebody else took it away
    assert "a" not in f.goal(before, wanted, now)


def test_a_difference_is_told_in_few_words():
    assert f.difference({"a": {}}, {"a": {}}) == ""
    assert f.difference({"a": {}}, {"b": {}}) == "“b” would be missing; “a” would be left"
