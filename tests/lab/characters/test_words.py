import pytest

from noc_console.lab.characters import words

MAC = bytes.fromhex("00112233aabb")


def test_each_vendor_writes_a_mac_its_own_way():
    assert words.colons(MAC) == "00:11:22:33:aa:bb"
    assert words.dotted(MAC) == "0011.2233.aabb"
    assert words.dashed(MAC) == "0011-2233-aabb"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (30, "0 minutes"),
        (60, "1 minute"),
        (86_400 * 8 + 3_600 * 2, "1 week, 1 day, 2 hours"),
        (86_400 * 365, "52 weeks, 1 day"),
    ],
)
def test_an_uptime_reads_as_cisco_writes_it(seconds, text):
    assert words.long_uptime(seconds) == text


def test_seconds_are_split():
    assert words.split_seconds(90_061.9) == (1, 1, 1, 1)


def test_moments_are_written_in_utc():
    assert words.when(0.0, "%Y-%m-%d %H:%M") == "1970-01-01 00:00"


def test_columns_have_no_blanks_at_their_end():
    assert words.columns([("a", ""), ("bb", "c")], "{:<4}{:<4}") == "a\nbb  c"


def test_ports_are_found_by_either_name_without_regard_to_case(small):
    switch = small.plan.devices["ams-acc-1"]
    assert [p.name for p in words.wanted(switch, ["te1/1/1"])] == ["TenGigabitEthernet1/1/1"]
    assert words.wanted(switch, []) == switch.ports
    assert words.wanted(switch, ["nothing"]) == []
    assert words.up_down(small, switch.port("Te1/1/1")) == "up"
